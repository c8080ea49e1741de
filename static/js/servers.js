/**
 * The room: presses its buttons without leaving the page, follows what happens, and
 * asks both doors again after everything that happened to a server.
 */

import { fetchWithToken, token } from '../token-client.js';
import { answering } from './answers.js';
import { ask, why } from './ask.js';
import { bodyOf } from './form.js';
import { listen } from './listen.js';
import { reach } from './room.js';
import { mend, put, swap, touchUp } from './swap.js';
import { travel } from './travel.js';
import { show } from './visitors.js';

const said = document.getElementById('room-said');

/** A press asks both doors itself, so what it causes is no reason to ask them again. */
let pressing = false;

/** 'no', 'now', or 'again' when something happened while the doors were being asked. */
let asking = 'no';

/** Forms change the room: they are sent as they are, and the page stays. */
document.addEventListener('submit', (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('[data-done]')) return;
	event.preventDefault();
	press(form, /** @type {HTMLButtonElement} */ (event.submitter));
});

document.addEventListener('click', (event) => {
	const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-ask]'));
	if (button && !pressing) answer('room-answers', button, askBoth);
});

/** @param {HTMLFormElement} form @param {HTMLButtonElement} button */
function press(form, button) {
	if (pressing || button.getAttribute('aria-pressed') === 'true') return; // one at a time, and none that is so already
	const body = bodyOf(form, button);
	const done = button.dataset.done ?? form.dataset.done;
	answer(form.closest('#broken') ? 'broken-answers' : 'room-answers', button, async (says) => {
		form.closest('.server-box')?.classList.add('server-stopping');
		try {
			await ask(form.action, { method: 'POST', body });
			says.done(done);
		} finally {
			await refresh();
		}
		await askKnown(says);
	});
}

/**
 * Answers a press beside the doors, or in the bar whose button it was. Meanwhile no button of the room can be pressed, also none that
 * comes with a part of the page that is brought up to date.
 *
 * @param {'room-answers' | 'broken-answers'} place
 * @param {HTMLElement} button
 * @param {Parameters<typeof answering>[2]} what
 */
async function answer(place, button, what) {
	pressing = true;
	hold();
	button.removeAttribute('aria-disabled');
	for (const list of document.querySelectorAll('.answers')) list.replaceChildren(); // they are of the press before
	await answering(document.getElementById(place), button, what);
	pressing = false;
	for (const one of buttons()) one.removeAttribute('aria-disabled');
}

function hold() {
	for (const one of buttons()) one.setAttribute('aria-disabled', 'true');
}

/** @returns {NodeListOf<HTMLElement>} of the room, and of what is broken on purpose */
const buttons = () => document.querySelectorAll('.room-page button, #broken button');

/** @typedef {{asked: (request: Promise<Response>) => Promise<Response>}} Says */

/**
 * Asks both doors, each answer a line.
 *
 * @param {Says} says
 */
async function askBoth(says) {
	await says.asked(reach('/api/session/me'));
	await says.asked(token() ? fetchWithToken('/api/token/me') : reach('/api/token/me'));
	await touchUp('/servers', '#still');
}

/**
 * Asks the doors that we have a credential for.
 *
 * @param {Says} says
 * @param {boolean} [byTimer] something happened, and no person asks
 */
async function askKnown(says, byTimer) {
	if (document.querySelector('#room[data-has-session]')) await says.asked(reach('/api/session/me', { byTimer }));
	if (token()) await says.asked(fetchWithToken('/api/token/me', { byTimer }));
	await touchUp('/servers', '#still');
}

/** Brings the picture and the log up to date, one time after the other. */
let running = Promise.resolve();
function refresh() {
	running = running.then(refreshOnce, refreshOnce);
	return running;
}

async function refreshOnce() {
	const before = log();
	const page = await swap('/servers', '#broken', '#room', '#switches', '#site-status');
	put(page, '#log', mend); // it stays where somebody has scrolled it to
	if (pressing) hold();
	const after = log();
	newRequests(before).forEach((event, index) => travel(event.dataset, index * 180));
	if (after.event !== before.event && !pressing && document.querySelector('[data-state=ready]')) askByTimer();
}

function log() {
	const { event } = /** @type {HTMLElement} */ (document.querySelector('#log-times')).dataset;
	return { event, requests: new Set(requests().map(name)) };
}

function requests() {
	return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#log .event[data-kind=request]'))];
}

/** @param {HTMLElement} event */
function name({ dataset }) {
	return `${dataset.at} ${dataset.door}`;
}

/**
 * The requests that were not in the log before, oldest first. One that arrived earlier
 * than another may be answered later, so that their times do not tell.
 *
 * @param {{requests: Set<string>}} before
 */
function newRequests(before) {
	return requests().filter((event) => !before.requests.has(name(event))).slice(0, 6).reverse();
}

/** Asks again, as something happened; once more if something else did meanwhile. */
async function askByTimer() {
	if (asking !== 'no') {
		asking = 'again';
		return;
	}
	asking = 'now';
	await follow(() => askKnown({ asked: (request) => request }, true));
	const again = asking === 'again';
	asking = 'no';
	if (again) askByTimer();
}

/**
 * Does what nobody pressed for. When it fails, the next event tries again.
 *
 * @param {() => Promise<unknown>} what
 */
async function follow(what) {
	said.textContent = await what().then(() => '', why);
}

listen('/servers/events?visitors', 'room', () => follow(refresh), { visitors: show });
