/**
 * The server room: presses the buttons without leaving the page, follows what
 * happens, and asks both doors again after everything that happened to a server.
 */

import { fetchWithToken, token } from '../token-client.js';
import { ask, why } from './ask.js';
import { listen } from './listen.js';
import { reach } from './room.js';
import { change, choosing } from './settings.js';
import { put, swap } from './swap.js';
import { travel } from './travel.js';

const said = /** @type {HTMLElement} */ (document.querySelector('#said'));

/**
 * What to say when a button has done what it says.
 *
 * @type {Record<string, (number: string) => string>}
 */
const done = {
	restart: (number) => `Server ${number} restarted.`,
	crash: (number) => `Server ${number} crashed and is back.`,
	stop: (number) => `Server ${number} is stopped.`,
	start: (number) => `Server ${number} serves again.`,
};

/** 'no', 'now', or 'again' when something happened while the doors were being asked. */
let asking = 'no';

let saying = 0;

/**
 * Says something for a while. The log keeps what happened.
 *
 * @param {string} text
 */
function say(text) {
	said.textContent = text;
	clearTimeout(saying);
	saying = setTimeout(() => { said.textContent = ''; }, 8000);
}

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.dataset.act) return;
	event.preventDefault();
	const { act, number } = form.dataset;
	document.querySelector(`[data-node=server-${number}]`)?.classList.add('server-stopping');
	try {
		await ask(`${form.action}?wait=1`, { method: 'POST' });
		say(done[act](number));
	} catch (error) {
		say(why(error));
	}
	await refresh();
});

/** Forms that change the room: sent as they are, and the page stays. */
document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('[data-settings]')) return;
	event.preventDefault();
	if (form.closest('#settings')) {
		change(form, event.submitter, refresh);
		return;
	}
	try {
		await ask(form.action, { method: 'POST', body: new URLSearchParams() });
		say(form.dataset.said ?? '');
	} catch (error) {
		say(why(error));
	}
	await refresh();
});

document.addEventListener('click', (event) => {
	if (/** @type {Element} */ (event.target).closest('[data-ask]')) askBothDoors(false);
});

/** Brings the picture and the log up to date, one time after the other. */
let running = Promise.resolve();
function refresh() {
	running = running.then(refreshOnce, refreshOnce);
	return running;
}

async function refreshOnce() {
	const before = log();
	try {
		const page = await swap('/servers', '#broken', '#room', '#log', '#site-status');
		if (!choosing()) put(page, '#choose'); // somebody may have begun while the page was on its way
	} catch (error) {
		say(why(error));
	}
	const after = log();
	newRequests(before).forEach(travel);
	if (after.event !== before.event && document.querySelector('[data-state=ready]')) askBothDoors(true);
}

function log() {
	const { event } = /** @type {HTMLElement} */ (document.querySelector('#log')).dataset;
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

/**
 * Asks each door that we have a credential for. A refusal is an answer too: the
 * page shows it from its trace.
 *
 * @param {boolean} byTimer something happened, and no person asks
 */
async function askBothDoors(byTimer) {
	if (asking !== 'no') {
		asking = 'again';
		return;
	}
	asking = 'now';
	const questions = [];
	if (document.querySelector('#room[data-has-session]')) questions.push(reach('/api/session/me', { byTimer }));
	if (token()) questions.push(fetchWithToken('/api/token/me', { byTimer }));
	await Promise.allSettled(questions);
	await swap('/servers', '#still').catch((error) => { say(why(error)); });
	const again = asking === 'again';
	asking = 'no';
	if (again) askBothDoors(true);
}

listen('/servers/events', 'room', refresh);
