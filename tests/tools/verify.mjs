// Verifies a token as a third party would: with the public keys alone.
import { createRemoteJWKSet, jwtVerify } from "jose";

const [, , keySet, issuer, token] = process.argv;
const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(keySet)), {
  issuer,
  audience: `${issuer}:app`,
  typ: "at+jwt",
});
console.log(protectedHeader.alg, payload.name);
