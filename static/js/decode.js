/** What a token says. */

/**
 * @typedef {object} Header what a token says of itself (RFC 7515 section 4.1)
 * @property {string} alg how it is signed
 * @property {string} kid by which key
 *
 * @typedef {object} Claims what it says of whoever has it (RFC 7519 section 4.1); times are seconds since 1970
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
		const [header, payload] = text.split('.').slice(0, 2).map(fromBase64url).map((json) => JSON.parse(json));
		return { header, payload };
	} catch {
		return null;
	}
}

/** @param {string} part in base64url (RFC 4648 section 5), which has - and _ where base64 has + and / */
function fromBase64url(part) {
	const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
	return new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}
