/**
 * The home page: one press logs in at both doors, and each door's last answer is
 * drawn from its real trace. Without this script the form logs in at the session
 * door alone.
 */

import * as client from '../token-client.js';
import { ask, why } from './ask.js';
import { swap } from './swap.js';
import { showClock } from './token-clock.js';
import { offerProof } from './token-proof.js';
import { showToken } from './token-view.js';
import { inTurn } from './turn.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('#login-both'));
const said = /** @type {HTMLElement} */ (document.querySelector('#said'));
const proof = /** @type {HTMLElement} */ (document.querySelector('#proof'));
let busy = false;
/** @type {string | null} the token that stands on the page */
let shown = null;

/** What each door needs to be asked and left. @typedef {keyof typeof doors} Door */
const doors = {
	session: {
		call: () => ask('/api/session/me'),
		leave: () => ask('/api/session/logout', { method: 'POST' }),
		left: 'You are logged out. The server destroyed your session, so its cookie opens nothing any more.',
	},
	token: {
		call: () => ask('/api/token/me', {}, client.fetchWithToken),
		leave: async () => {
			const copy = client.token();
			await client.logout();
			if (copy) offerProof(proof, copy);
		},
		left: 'You are logged out. Your browser threw the token away, and the server ended the refresh token.',
	},
};

form.addEventListener('submit', (event) => {
	event.preventDefault();
	const { username, password } = Object.fromEntries(new FormData(form));
	act(() => logInAtBoth(String(username), String(password)));
});

document.addEventListener('submit', (event) => {
	const { dataset } = /** @type {HTMLFormElement} */ (event.target);
	if (press(dataset)) event.preventDefault();
});

document.addEventListener('click', (event) => {
	const button = /** @type {Element} */ (event.target).closest('button');
	if (button) press(button.dataset);
});

/**
 * Does at a door what a button or a form is for, if it is for that.
 *
 * @param {DOMStringMap} dataset
 */
function press({ call, leave }) {
	if (call) act(() => callAt(/** @type {Door} */ (call)));
	if (leave) act(() => leaveAt(/** @type {Door} */ (leave)));
	return Boolean(call || leave);
}

/**
 * Opens a room for somebody who logs in with a demo account to a site that others use as well: what
 * they break there is theirs. An account that somebody has made is on the stage.
 *
 * @param {string} username
 */
async function openRoom(username) {
	if (!form.dataset.opensRoom?.split(' ').includes(username)) return;
	delete form.dataset.opensRoom; // when there is none to have, the next press is for the stage
	const { name } = await ask('/api/rooms', { method: 'POST' });
	document.documentElement.dataset.room = name;
}

/** @param {string} username @param {string} password */
async function logInAtBoth(username, password) {
	await openRoom(username);
	const button = form.querySelector('button');
	await inTurn(button, () => ask('/api/session/login', { method: 'POST', json: { username, password } }));
	client.keep(await inTurn(button, () => client.login({ username, password })), client.kept()?.place ?? 'localStorage');
	form.reset();
	const me = await doors.session.call();
	await doors.token.call();
	return `${me.username} is logged in at both doors. Server ${me.server} keeps a session; your browser keeps a cookie and a token.`;
}

/** @param {Door} door */
async function callAt(door) {
	const me = await doors[door].call();
	return `The ${door} door let ${me.username} in. Server ${me.server}, pid ${me.pid}, answered.`;
}

/** @param {Door} door */
async function leaveAt(door) {
	await doors[door].leave();
	return doors[door].left;
}

/**
 * Does something, says in a sentence how it went, and shows what is so now.
 *
 * @param {() => Promise<string>} what
 */
async function act(what) {
	if (busy) return; // one thing at a time
	busy = true;
	say('');
	proof.hidden = true;
	const [text, tone] = await what().then((done) => [done, 'good'], (error) => [why(error), 'bad']);
	await refresh();
	busy = false;
	say(text, tone);
}

async function refresh() {
	try {
		await swap('/', '#door-session', '#door-token', '#broken', '#site-status');
	} catch (error) {
		say(why(error), 'bad');
	}
	showKept();
}

/** @param {string} text */
function say(text, tone = '') {
	said.textContent = text;
	said.dataset.tone = tone;
}

/** Fills in what no server knows: what this browser keeps. */
function showKept() {
	const panel = document.getElementById('door-token');
	const kept = client.kept();
	shown = kept?.token ?? null;
	if (!kept) {
		if (panel.dataset.standing === 'inside') tell(panel, 'Your browser has no token any more.');
		return;
	}
	if (['departed', 'unknown'].includes(panel.dataset.standing)) {
		tell(panel, 'Your browser has a token. Call the protected page to see what it opens.');
	}
	const token = Object.assign(document.createElement('span'), { className: 'jwt' });
	showToken(token, kept.token, 10);
	const about = document.createElement('small');
	const clock = document.createElement('div');
	about.append(`${kept.token.length} bytes, in ${client.places[kept.place].title}`);
	clock.className = 'clock';
	panel.querySelector('[data-show=keeps]').replaceChildren(token, about, clock);
	showClock(clock);
}

/**
 * Says what the last answer could not know.
 *
 * @param {HTMLElement} panel
 * @param {string} text
 */
function tell(panel, text) {
	panel.querySelector('[data-show=says]').textContent = text;
	panel.querySelector('[data-show=badge]')?.remove();
}

showKept();
client.keepFresh(() => {
	if (client.token() !== shown) refresh(); // the next one came, or another tab logged in or out
});
