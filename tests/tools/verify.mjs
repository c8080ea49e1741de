// Verifies a token as a third party would: with the public keys alone.
import { createRemoteJWKSet, jwtVerify } from "jose";

const [, , keySet, token] = process.argv;
const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(keySet)), {
  issuer: "urn:twodoors",
  audience: "urn:twodoors:app",
  typ: "at+jwt",
});
console.log(protectedHeader.alg, payload.name);
