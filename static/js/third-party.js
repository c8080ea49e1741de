/**
 * A third party verifies a token: this browser fetches the public keys, and verifies the signature
 * itself (Web Crypto). The token is sent to nobody.
 */

import { token } from '../token-client.js';
import { why } from './ask.js';
import { decode } from './decode.js';
import { needCrypto, noCrypto } from './secure.js';
import { written } from './times.js';
import { inWords } from './token-view.js';
import { keyOf, keysPath, publicKeys, signedBy } from './verify.js';

const panel = document.querySelector('#third-party');
const steps = panel.querySelector('ol');
const signature = /** @type {HTMLElement} */ (panel.querySelector('[data-show=signature]'));
const expiry = /** @type {HTMLElement} */ (panel.querySelector('[data-show=expiry]'));

tell(signature, noCrypto, 'bad');
panel.addEventListener('click', async (event) => {
	const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-verify]'));
	const what = button?.dataset.verify;
	if (!what) return;
	steps.replaceChildren();
	tell(signature, '');
	tell(expiry, '');
	try {
		await judge(what === 'changed' ? change(token()) : token());
	} catch (error) {
		tell(signature, why(error), 'bad');
	}
});

/**
 * Two verdicts, kept apart: a valid signature does not make an expired token valid.
 *
 * @param {string} text
 */
async function judge(text) {
	if (await verify(text)) tell(signature, 'Signature: valid. Two Doors signed exactly this.', 'good');
	else return tell(signature, 'Signature: invalid. Two Doors did not sign this, so nothing in it counts.', 'bad');
	const left = Math.round(decode(text).payload.exp - Date.now() / 1000);
	if (left > 0) tell(expiry, `Expiry: valid for another ${inWords(left)}. Only Two Doors knows whether it was revoked.`, 'good');
	else tell(expiry, `Expiry: expired ${inWords(-left)} ago, so nobody should accept it.`, 'bad');
}

/**
 * @param {string} text a JWS in compact serialization (RFC 7515 section 7.1)
 * @returns {Promise<boolean>} whether the key that it names has signed it
 */
async function verify(text) {
	if (!text) throw new Error('There is no token in this browser. Log in at the token door.');
	const { header } = decode(text);
	step(`The token says that key ${header.kid} signed it with ${header.alg}.`);
	if (header.alg === 'HS256') throw new Error(SYMMETRIC);
	needCrypto();
	const jwk = await publicKey(text);
	step(`Found key ${jwk.kid} among them. It is for ${jwk.alg} only.`);
	const good = await signedBy(text, jwk);
	step(`That key ${good ? 'signed' : 'did not sign'} this header and payload. Your browser computed that.`);
	return good;
}

const SYMMETRIC = 'With HS256 no third party can do this. There is no public key: the same secret signs and verifies, so anyone who could verify a token could also make one. Choose RS256, ES256 or EdDSA in the settings and log in again.';

/**
 * Finds the key that a token names among those that Two Doors publishes (RFC 7517).
 *
 * @param {string} text
 */
async function publicKey(text) {
	const keys = await publicKeys();
	step(`Fetched ${keys.length === 1 ? 'the one public key' : `${keys.length} public keys`} of Two Doors from ${keysPath}.`);
	const jwk = keyOf(text, keys);
	if (!jwk) throw new Error('The key that the token names is not among them: it was retired, or belongs to another site.');
	return jwk;
}

/**
 * What an attacker might try: change one character of the payload so that the token lasts longer.
 *
 * @param {string} text
 */
function change(text) {
	if (!text) return text;
	const { payload } = decode(text);
	for (let at = text.indexOf('.') + 1; at < text.lastIndexOf('.'); at++) {
		for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
			const changed = text.slice(0, at) + c + text.slice(at + 1);
			const exp = decode(changed)?.payload?.exp;
			if (exp > payload.exp && exp < 1e11) {
				step(`Changed character ${at + 1} of the token from ${text[at]} to ${c}: now it claims to be valid until ${written(new Date(exp * 1000), 'day')}.`);
				return changed;
			}
		}
	}
	return text;
}

/** @param {string} text */
function step(text) {
	steps.append(Object.assign(document.createElement('li'), { textContent: text }));
}

/** @param {HTMLElement} where @param {string} text */
function tell(where, text, tone = '') {
	where.textContent = text;
	where.dataset.tone = tone;
}
