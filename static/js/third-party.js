/**
 * Somebody else checks a token: this browser fetches the public keys, and verifies
 * the signature by itself (Web Crypto). The token is sent to nobody.
 */

import { decode, token } from '../token-client.js';
import { why } from './ask.js';
import { needCrypto, noCrypto } from './secure.js';
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
 * Two verdicts, kept apart: a good signature does not make an old token valid.
 *
 * @param {string} text
 */
async function judge(text) {
	if (await verify(text)) tell(signature, 'Signature: good. Two Doors signed exactly this.', 'good');
	else return tell(signature, 'Signature: wrong. This is not what Two Doors signed, so nothing that it says counts.', 'bad');
	const left = Math.round(decode(text).payload.exp - Date.now() / 1000);
	if (left > 0) tell(expiry, `Expiry: good for another ${inWords(left)}. Whether it was revoked, only Two Doors knows.`, 'good');
	else tell(expiry, `Expiry: it expired ${inWords(-left)} ago, so nobody should take it.`, 'bad');
}

/**
 * @param {string} text a JWS in compact serialization (RFC 7515 section 7.1)
 * @returns {Promise<boolean>} whether the key that it names has signed it
 */
async function verify(text) {
	if (!text) throw new Error('There is no token in this browser. Log in at the token door.');
	const { header } = decode(text);
	step(`The token says that it was signed by key ${header.kid}, with ${header.alg}.`);
	if (header.alg === 'HS256') throw new Error(SYMMETRIC);
	needCrypto();
	const jwk = await publicKey(text);
	step(`Took the key ${jwk.kid} out of them. It is for ${jwk.alg} and nothing else.`);
	const good = await signedBy(text, jwk);
	step(`Header and payload ${good ? 'are' : 'are not'} what that key signed. This was found out here, in your browser.`);
	return good;
}

const SYMMETRIC = 'With HS256 nobody else can do this. There is no public key: the one secret that signs also verifies, so whoever could check a token could make one, and the secret stays at home. Choose RS256, ES256 or EdDSA in the server room and log in again.';

/**
 * Finds the key that a token names among those that Two Doors publishes (RFC 7517).
 *
 * @param {string} text
 */
async function publicKey(text) {
	const keys = await publicKeys();
	step(`Fetched ${keys.length === 1 ? 'the one public key' : `${keys.length} public keys`} of Two Doors from ${keysPath}.`);
	const jwk = keyOf(text, keys);
	if (!jwk) throw new Error('The key that the token names is not among them: it was retired, or is not theirs.');
	return jwk;
}

/**
 * What somebody might try: one character of the payload changed, so that the token lasts longer.
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
				step(`Changed character ${at + 1} of the token from ${text[at]} to ${c}: now it says that it lasts until ${new Date(exp * 1000).toLocaleString()}.`);
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
