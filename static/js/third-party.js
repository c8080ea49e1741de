/**
 * Somebody else checks a token: this browser fetches the public keys, and verifies
 * the signature by itself (Web Crypto). The token is sent to nobody.
 */

import { decode, token } from '../token-client.js';

/** How each algorithm is called in Web Crypto (RFC 7518 section 3.1, RFC 8037). */
const algorithms = {
	RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
	ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
	EdDSA: { name: 'Ed25519' },
};

const panel = document.querySelector('#third-party');
const steps = panel.querySelector('ol');
const verdict = panel.querySelector('[data-show=verdict]');

panel.addEventListener('click', (event) => {
	const what = event.target.closest('[data-verify]')?.dataset.verify;
	if (what) show(what === 'changed' ? change(token()) : token());
});

async function show(text) {
	steps.replaceChildren();
	verdict.textContent = '';
	try {
		const good = await verify(text);
		tell(good ? 'good' : 'bad', good ? `The signature is good. ${expiry(text)}` : 'The signature is wrong: this is not what Two Doors signed.');
	} catch (error) {
		tell('bad', error.message);
	}
}

/**
 * @param {string} text a JWS in compact serialization (RFC 7515 section 7.1)
 * @returns {Promise<boolean>} whether the key that it names has signed it
 */
async function verify(text) {
	const { header } = decode(text) ?? {};
	if (!header) throw new Error('Header or payload cannot be read any more, so there is nothing to verify.');
	step(`The token says: ${header.alg}, key ${header.kid}.`);
	if (header.alg === 'HS256') {
		throw new Error('With HS256 nobody else can do this. The one secret that signs also verifies: whoever can check a token can make one, so the secret stays at home. Choose RS256, ES256 or EdDSA in the server room, and log in again.');
	}
	const { keys } = await (await fetch('/.well-known/jwks.json', { cache: 'no-cache' })).json();
	step(`Fetched ${keys.length} public ${keys.length === 1 ? 'key' : 'keys'} from /.well-known/jwks.json.`);
	const jwk = keys.find(({ kid, alg }) => kid === header.kid && alg === header.alg);
	if (!jwk) throw new Error('None of them is the key that the token names: it was retired, or never theirs.');
	if (!crypto.subtle) throw new Error('This browser gives Web Crypto to HTTPS and to localhost only. Open the site in one of these ways.');
	const how = algorithms[jwk.alg];
	const key = await crypto.subtle.importKey('jwk', { ...jwk, alg: undefined }, how, false, ['verify']);
	step(`Took the key ${jwk.kid}: ${jwk.kty}, for ${jwk.alg} and nothing else.`);
	const end = text.lastIndexOf('.');
	const good = await crypto.subtle.verify(how, key, bytes(text.slice(end + 1)), new TextEncoder().encode(text.slice(0, end)));
	step('Compared the signature with header and payload, here, in this browser.');
	return good;
}

/** The same token with one character of its payload changed. */
function change(text) {
	const at = text.indexOf('.') + 8;
	return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

function expiry(text) {
	const { exp } = decode(text).payload;
	return exp * 1000 > Date.now() ? 'It has not expired. That it was not revoked, only Two Doors knows.' : 'But it has expired, so nobody should take it.';
}

function bytes(part) {
	return Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}

function step(text) {
	steps.append(Object.assign(document.createElement('li'), { textContent: text }));
}

function tell(tone, text) {
	verdict.textContent = text;
	verdict.dataset.tone = tone;
}
