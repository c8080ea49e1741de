/**
 * The home page: one press logs in at both doors, the next one crashes the server, and each door's
 * last answer is drawn from its real trace. Without this script the forms do the same at the session
 * door.
 */

import * as client from '../token-client.js';
import { answering } from './answers.js';
import { ask, read, why } from './ask.js';
import { story } from './home-story.js';
import { reach } from './room.js';
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
		call: () => reach('/api/session/me'),
		leave: async () => {
			await ask('/api/session/logout', { method: 'POST' });
			loggedOut();
		},
	},
	token: {
		call: () => client.fetchWithToken('/api/token/me'),
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
	if (call) act(button, () => callAt(/** @type {Door} */ (call), button));
	if (leave === 'both') act(button, leaveBoth);
	else if (leave) act(button, () => leaveAt(/** @type {Door} */ (leave), button));
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
	const me = await read(await doors.session.call());
	await read(await doors.token.call());
	button.closest('details')?.removeAttribute('open');
	button.form.reset();
	return `${me.username} is logged in at both doors.`;
}

/** Answers beside the button, which on a phone is far below the door's verdict. @param {Door} door @param {HTMLElement} button */
function callAt(door, button) {
	return besideDoor(door, button, async (says) => {
		const answer = await says.asked(doors[door].call());
		if (answer.status !== 401) await read(answer); // when no door could decide, its sentence says what to do
	});
}

/** @param {Door} door @param {HTMLElement} button */
function leaveAt(door, button) {
	return besideDoor(door, button, async (says) => {
		await doors[door].leave();
		says.done(`You are logged out at the ${door} door.`);
	});
}

/** @param {Door} door @param {HTMLElement} button @param {Parameters<typeof answering>[2]} what */
async function besideDoor(door, button, what) {
	await answering(document.getElementById(`${door}-answers`), button, what);
	return '';
}

async function leaveBoth() {
	for (const door of Object.values(doors)) await door.leave();
	return 'You are logged out at both doors.';
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
	for (const answers of home.querySelectorAll('.answers')) answers.replaceChildren();
	const [text, tone] = await what().then((done) => [done, 'shown'], (error) => [why(error), 'bad']);
	await refresh();
	home.ariaBusy = button.ariaBusy = null;
	say(text, tone);
	if (!document.activeElement?.closest('.door')) nextButton()?.focus({ preventScroll: true });
}

/** @returns {HTMLElement | undefined} the button to press now */
function nextButton() {
	return [.../** @type {NodeListOf<HTMLElement>} */ (home.querySelectorAll('#press button, #next button'))].find((button) => button.checkVisibility());
}

/** Brings the page up to date, one time after the other. */
let running = Promise.resolve();
function refresh() {
	running = running.then(refreshOnce, refreshOnce);
	return running;
}

/** A door that shuts is seen shutting. The form for other accounts stays as it is: somebody may be typing there. */
async function refreshOnce() {
	const open = [...home.querySelectorAll('.door:has(.open)')].map((door) => door.id);
	try {
		await swap('/', '#account-who', '#door-session', '#press', '#next', '#door-token', '#broken', '#site-status');
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
	if (home.ariaBusy || client.token() === shown) return; // what a press of this tab does, it shows itself
	await refresh(); // the token was refreshed, or another tab logged in or out
	if (!shown && !home.ariaBusy) say('You logged out at the token door in another tab.', 'good');
});
whenLoggedOut(async () => {
	await ask('/api/session/me', { byTab: true }).catch(() => {}); // refused: that is the proof
	await refresh();
	if (!home.ariaBusy) say('You logged out at the session door in another tab.', 'good');
});
