/**
 * The home page: one press logs in at both doors, the next one crashes the server, and each door's
 * last answer is drawn from its real trace. Without this script the forms do the same at the session
 * door.
 */

import * as client from '../token-client.js';
import { ask, why } from './ask.js';
import { story } from './home-story.js';
import { swap } from './swap.js';
import { loggedOut, whenLoggedOut } from './tabs.js';
import { showClock } from './token-clock.js';
import { offerProof } from './token-proof.js';
import { showToken } from './token-view.js';
import { inTurn } from './turn.js';

const home = document.getElementById('home');
const said = document.getElementById('said');
const proof = document.getElementById('proof');
/** @type {string | null} the token that stands on the page */
let shown = null;

/** What each door needs to be asked and left. @typedef {keyof typeof doors} Door */
const doors = {
	session: {
		call: () => ask('/api/session/me'),
		leave: async () => {
			await ask('/api/session/logout', { method: 'POST' });
			loggedOut();
		},
	},
	token: {
		call: () => ask('/api/token/me', {}, client.fetchWithToken),
		leave: async () => {
			const copy = client.token();
			await client.logout();
			if (copy) offerProof(proof, copy);
		},
	},
};

document.addEventListener('submit', (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	const button = /** @type {HTMLButtonElement} */ (event.submitter);
	const { username, password } = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
	if (form.dataset.story) act(button, () => story[form.dataset.story](form));
	else if (password) act(button, () => logInAtBoth(button, username, password));
	else if (!press(button, form.dataset)) return;
	event.preventDefault();
});

document.addEventListener('click', (event) => {
	const button = /** @type {Element} */ (event.target).closest('button');
	if (button) press(button, button.dataset);
});

/**
 * Does at a door what a button or a form is for, if it is for that.
 *
 * @param {HTMLButtonElement} button
 * @param {DOMStringMap} dataset
 */
function press(button, { call, leave }) {
	if (call) act(button, () => callAt(/** @type {Door} */ (call)));
	if (leave) act(button, () => leaveAt(leave === 'both' ? ['session', 'token'] : [/** @type {Door} */ (leave)]));
	return Boolean(call || leave);
}

/**
 * Opens a room for somebody who logs in with a demo account to a site that others use as well: what
 * they break there is theirs. An account that somebody has made is on the stage.
 *
 * @param {string} username
 */
async function openRoom(username) {
	if (!home.dataset.opensRoom?.split(' ').includes(username)) return;
	delete home.dataset.opensRoom; // when there is none to have, the next press is for the stage
	const { name } = await ask('/api/rooms', { method: 'POST' });
	document.documentElement.dataset.room = name;
}

/** @param {HTMLButtonElement} button @param {string} username @param {string} password */
async function logInAtBoth(button, username, password) {
	await openRoom(username);
	await inTurn(button, () => ask('/api/session/login', { method: 'POST', json: { username, password } }));
	client.keep(await inTurn(button, () => client.login({ username, password })), client.kept()?.place ?? 'localStorage');
	const me = await doors.session.call();
	await doors.token.call();
	return `${me.username} is logged in at both doors.`;
}

/** @param {Door} door */
async function callAt(door) {
	const me = await doors[door].call();
	return `The ${door} door let ${me.username} in. Server ${me.server}, process ${me.pid}, answered.`;
}

/** @param {Door[]} left */
async function leaveAt(left) {
	for (const door of left) await doors[door].leave();
	return left.length > 1 ? 'You are logged out at both doors.' : `You are logged out at the ${left[0]} door.`;
}

/**
 * Does what a button is for, says in a sentence how it went, and shows what is so now. The focus goes
 * to what comes next when the button is gone, or has become something else.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<string>} what
 */
async function act(button, what) {
	if (home.ariaBusy) return; // one thing at a time
	home.ariaBusy = button.ariaBusy = 'true';
	say('');
	proof.hidden = true;
	document.getElementById('home-answers').replaceChildren();
	const [text, tone] = await what().then((done) => [done, button.dataset.call || button.form?.dataset.call ? 'good' : 'shown'], (error) => [why(error), 'bad']);
	await refresh();
	home.ariaBusy = button.ariaBusy = null;
	say(text, tone);
	if (!document.activeElement?.closest('.door')) nextButton()?.focus({ preventScroll: true });
}

/** @returns {HTMLElement | undefined} the button to press now */
function nextButton() {
	return [.../** @type {NodeListOf<HTMLElement>} */ (home.querySelectorAll('#press button, #next button'))].find((button) => button.checkVisibility());
}

/** Brings the page up to date. A door that shuts is seen shutting. */
async function refresh() {
	const open = [...home.querySelectorAll('.door:has(.open)')].map((door) => door.id);
	try {
		await swap('/', '#account', '#door-session', '#press', '#next', '#door-token', '#broken', '#site-status');
	} catch (error) {
		say(why(error), 'bad');
	}
	for (const id of open) document.querySelector(`#${id} .door-picture:not(.open)`)?.classList.add('shutting');
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
		tell(panel, 'You have a token.', 'Call the protected page to see whether it is still valid.');
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
 * @param {string} says
 */
function tell(panel, says, because = '') {
	panel.querySelector('[data-show=says]').textContent = says;
	panel.querySelector('[data-show=why]').textContent = because;
	panel.querySelector('[data-show=badge]')?.remove();
}

showKept();
client.keepFresh(async () => {
	if (client.token() === shown) return;
	await refresh(); // the token was refreshed, or another tab logged in or out
	if (!shown) say('You logged out at the token door in another tab.', 'good');
});
whenLoggedOut(async () => {
	await ask('/api/session/me', { byTab: true }).catch(() => {}); // refused: that is the proof
	await refresh();
	say('You logged out at the session door in another tab.', 'good');
});
