/** What a token says. */

import { fromBase64url } from './base64url.js';

/**
 * @typedef {object} Header what a token says of itself (RFC 7515 section 4.1)
 * @property {string} alg how it is signed
 * @property {string} kid by which key
 *
 * @typedef {object} Claims what it says about its owner (RFC 7519 section 4.1); times are seconds since 1970
 * @property {number} iat when it was issued
 * @property {number} exp when it expires
 */

/**
 * Decodes a token, to show what it says. Anyone can do this: a token is not
 * encrypted. And nobody must trust the result: verifying the signature is up to
 * the server, on every request.
 *
 * @param {string} text
 * @returns {{header: Header, payload: Claims}|null} null when it is no JWT
 */
export function decode(text) {
	try {
		const [header, payload] = text.split('.').slice(0, 2).map((part) => JSON.parse(new TextDecoder().decode(fromBase64url(part))));
		return { header, payload };
	} catch {
		return null;
	}
}
