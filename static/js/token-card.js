/**
 * The account page of the token door, as far as it is the script's: the token,
 * what it says, and what the server answers to it.
 */

import * as client from '../token-client.js';
import { answering } from './answers.js';
import { read, why } from './ask.js';
import { decode } from './decode.js';
import { copy } from './secure.js';
import { written } from './times.js';
import { showClock } from './token-clock.js';
import { offerProof } from './token-proof.js';
import { everySecond, inWords, showToken } from './token-view.js';

/**
 * What the claims are called in words (RFC 7519 section 4.1, RFC 9068).
 *
 * @type {Record<string, string>}
 */
const meanings = {
	typ: 'what kind of token it is', alg: 'how it is signed', kid: 'which key signed it',
	iss: 'who issued it', sub: 'the ID of your account', aud: 'who it is for',
	client_id: 'who asked for it', jti: 'the ID of this token',
	name: 'your username', role: 'your role',
};

/** @type {Record<string, string>} */
const times = { iat: 'issued', nbf: 'valid from', exp: 'expires' };

/** Shows the card for the token that is kept, and asks the door with it. */
export function openCard() {
	const card = document.getElementById('token-card');
	fill(card);
	showClock(part(card, 'clock'));
	client.keepFresh(() => {
		if (!client.kept()) return showLeft(card, '', '', 'You logged out in another tab, so this tab deleted its token, too.');
		fill(card);
		say(card, `Your browser got a new token at ${written(new Date(), 'zone')}.`, 'good');
	});
	card.addEventListener('click', (event) => {
		const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-do]'));
		if (button) press(card, button, actions[button.dataset.do]);
	});
	document.getElementById('in-place').hidden = false;
	return press(card, part(card, 'call'), actions.call);
}

/** @typedef {Parameters<Parameters<typeof answering>[2]>[0]} Says a place for the lines of a press */

/**
 * Does what a button is for, and answers beside it.
 *
 * @param {HTMLElement} card
 * @param {HTMLElement} button
 * @param {(card: HTMLElement, says: Says) => Promise<void>} what
 */
function press(card, button, what) {
	say(card, '');
	return answering(document.getElementById('card-answers'), button, (says) => what(card, says));
}

/**
 * Shows the token that is kept now.
 *
 * @param {HTMLElement} card
 */
function fill(card) {
	const { token, place } = client.kept();
	showToken(part(card, 'token'), token);
	part(card, 'bytes').textContent = String(token.length);
	part(card, 'place').textContent = client.places[place].title;
	part(card, 'exposed').textContent = client.places[place].exposed;
	showClaims(part(card, 'claims'), token);
}

/**
 * What the buttons do, by their names.
 *
 * @type {Record<string, (card: HTMLElement, says: Says) => Promise<void>>}
 */
const actions = {
	async call(card, says) {
		const answer = await says.asked(client.fetchWithToken('/api/token/me'));
		if (!answer.ok) return;
		const me = await read(answer);
		part(card, 'title').textContent = `You are ${me.username}`;
		part(card, 'role').textContent = me.role;
		part(card, 'server').textContent = `server ${me.server}, process ${me.pid}`;
		say(card, `Allowed at ${written(new Date(), 'zone')}.`, 'good');
	},
	async copy(card, says) {
		const done = await copy(client.token(), document.getElementById('card-answers').parentElement);
		says.done(`${done} Anyone who has it can use it until it expires.`);
	},
	async logout(card) {
		const copy = client.token();
		let fault = '';
		try {
			await client.logout();
		} catch (error) {
			fault = why(error);
		}
		showLeft(card, fault, copy);
	},
};

/**
 * Shows what remains after logging out, here or in another tab.
 *
 * @param {HTMLElement} card
 */
function showLeft(card, fault = '', copy = '', told = '') {
	if (card.hidden) return;
	card.hidden = true;
	document.getElementById('third-party').hidden = true;
	const left = document.getElementById('left');
	left.hidden = false;
	left.querySelector('h1').focus();
	if (told) part(left, 'told').textContent = told;
	if (fault) {
		part(left, 'told').textContent = `Your browser deleted the token. The server was not told: ${fault}`;
	}
	if (copy) offerProof(part(left, 'proof'), copy);
}

/** @param {HTMLElement} card @param {string} name @returns {HTMLElement} */
function part(card, name) {
	return card.querySelector(`[data-show=${name}]`);
}

/** @param {HTMLElement} card @param {string} text */
function say(card, text, tone = '') {
	part(card, 'said').textContent = text;
	part(card, 'said').dataset.tone = tone;
}

/** @param {HTMLElement} body of the table @param {string} token */
function showClaims(body, token) {
	const decoded = decode(token) ?? { header: {}, payload: {} };
	body.replaceChildren(
		...Object.entries(decoded.header).map((entry) => row('jwt-header', ...entry)),
		...Object.entries(decoded.payload).map((entry) => row('jwt-payload', ...entry)),
	);
}

/** @param {string} colour @param {string} name @param {unknown} value */
function row(colour, name, value) {
	const line = document.createElement('tr');
	const head = document.createElement('th');
	head.scope = 'row';
	head.className = colour;
	head.textContent = name;
	const raw = document.createElement('td');
	raw.className = 'mono';
	raw.textContent = typeof value === 'string' ? value : JSON.stringify(value);
	const words = document.createElement('td');
	if (name in times && typeof value === 'number') everySecond(words, () => when(name, value));
	else words.textContent = meanings[name] ?? '';
	line.append(head, raw, words);
	return line;
}

/** @param {string} name of a claim that is a time @param {number} seconds since 1970 */
function when(name, seconds) {
	const from = Math.round(seconds - Date.now() / 1000);
	const distance = from > 0 ? `in ${inWords(from)}` : `${inWords(-from)} ago`;
	return `${times[name]} ${written(new Date(seconds * 1000), 'zone')}, ${distance}`;
}
