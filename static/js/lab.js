/**
 * A lab: presses its buttons by sending the requests that stand beside them as
 * commands, says beside them what came of each, and shows at once what counts,
 * whoever sent it.
 */

import * as client from '../token-client.js';
import { answering } from './answers.js';
import { read, why } from './ask.js';
import { goTo, showFinished, showResult, strip } from './lab-page.js';
import { listen } from './listen.js';
import { pause } from './pause.js';
import { inRoom, reach } from './room.js';
import { mend, put, touchUp } from './swap.js';

const page = /** @type {HTMLElement} */ (document.querySelector('#lab'));
const path = `/labs/${page.dataset.lab}`;
const drawer = inRoom(path); // what it holds is of one room
const variables = Object.assign(JSON.parse(page.dataset.variables), JSON.parse(sessionStorage.getItem(drawer) ?? '{}'));

/**
 * @typedef {object} Call one request; where a text holds $NAME, a variable stands for it
 * @property {string} method
 * @property {string} path
 * @property {string} body
 * @property {string} bearer the variable that goes along as bearer token
 * @property {string} header a further field
 * @property {Record<string, string>} keep members of the answer, by the variables that are to hold them
 * @property {number} wait before the request, in seconds
 * @property {number} times how often it is sent
 * @property {string} done what is said of one that no door answers, when it succeeded
 *
 * @typedef {Parameters<Parameters<typeof answering>[2]>[0]} Says a place for the lines of a press
 */

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.dataset.calls) return;
	event.preventDefault();
	const task = form.closest('.task');
	const button = form.querySelector('button');
	if (button.getAttribute('aria-disabled') === 'true') return;
	const others = /** @type {HTMLElement[]} */ ([...task.querySelectorAll('.task-acts button')]).filter((other) => other !== button);
	const result = task.querySelector('.task-result').id;
	document.getElementById('answered')?.remove();
	document.querySelector('#said').textContent = '';
	pressing += 1;
	try {
		await answering(task.querySelector('.answers'), button, (says) => press(form.dataset, says), { others });
	} finally {
		pressing -= 1;
	}
	await refresh();
	showResult(result);
	page.dataset.pressed = String(Number(page.dataset.pressed ?? 0) + 1);
});

/**
 * What only a browser can do, by the name that the button has. The modules of
 * single labs add theirs: each gets a function that says on the button how far it
 * is, and the place for its lines; what it returns, if anything, is a line as well.
 *
 * @type {Record<string, (saying: (text: string) => void, says: Says) => Promise<string|void>>}
 */
export const scripts = {};

/** @param {DOMStringMap} dataset of the form @param {Says} says */
async function press({ calls, script }, says) {
	if (script) {
		const done = await scripts[script]((text) => says.left(text), says);
		if (done) says.done(done);
		return;
	}
	for (const call of JSON.parse(calls)) await carryOut(call, says);
}

/** @param {Call} call @param {Says} says */
async function carryOut(call, says) {
	for (let left = call.wait || 0; left > 0; left -= 1) {
		says.left(`${Math.ceil(left)} s`);
		await pause(Math.min(1, left) * 1000);
	}
	says.left('');
	for (let time = 0; time < (call.times || 1); time += 1) await send(call, says);
}

/** @param {Call} call @param {Says} says */
async function send(call, says) {
	const headers = new Headers();
	if (call.body) headers.set('Content-Type', 'application/json');
	if (call.bearer) headers.set('Authorization', `Bearer ${value(call.bearer)}`);
	if (call.header) headers.set(.../** @type {[string, string]} */ (call.header.split(/: */, 2)));
	/** @type {RequestInit} */
	const init = { method: call.method || 'GET', cache: 'no-cache', headers, body: call.body ? filled(call.body) : undefined };
	const answer = await reach(filled(call.path), init);
	await says.asked(Promise.resolve(answer));
	try {
		const body = await read(answer);
		for (const [name, member] of Object.entries(call.keep ?? {})) keep(name, body[member]);
		answered(call, body, answer);
	} catch (refusal) {
		answered(call, refusal, answer);
	}
}

/**
 * @typedef {object} Answered what the module of a single lab is told of an answer
 * @property {Call} call
 * @property {any} body
 * @property {number} status
 * @property {string} trace
 */

/**
 * Tells the module of a single lab, if it wants to know.
 *
 * @param {Call} call
 * @param {any} body
 * @param {Response} answer
 */
function answered(call, body, { status, headers }) {
	document.dispatchEvent(new CustomEvent('answered', { detail: { call, body, status, trace: headers.get('Trace-Id') } }));
}

/** @param {string} name of a variable @returns {string} */
export function value(name) {
	return name === 'TOKEN' ? client.token() ?? variables.TOKEN ?? '' : variables[name] ?? '';
}

/**
 * The token is kept where every page of the site looks for it.
 *
 * @param {string} name of a variable
 * @param {string} text
 */
export function keep(name, text) {
	if (name === 'TOKEN') client.keep(text, client.kept()?.place ?? 'localStorage');
	else variables[name] = text;
	sessionStorage.setItem(drawer, JSON.stringify(variables));
}

/** @param {string} text */
function filled(text) {
	return text.replace(/\$([A-Z_]+)/g, (_, name) => value(name));
}

/**
 * Says above the tasks what this browser lacks for them, before anybody has begun.
 *
 * @param {string} text nothing when it lacks nothing
 */
export function notice(text) {
	if (!text) return;
	document.querySelector('#tasks').before(Object.assign(document.createElement('p'), { className: 'fault', textContent: text }));
}

/** How many buttons have requests under way. Meanwhile the tasks stay as they are. */
let pressing = 0;

/** Brings the page up to date, one time after the other. What was unfolded stays so. */
let running = Promise.resolve();
export function refresh() {
	running = running.then(refreshOnce, refreshOnce);
	return running;
}

const besides = ['#lab-place', '#lab-status', '#lab-stage[data-live]', '#lab-strip-says', '#lab-room'];

async function refreshOnce() {
	const before = standing();
	try {
		const fresh = await touchUp(path);
		unfoldAsHere(fresh);
		for (const part of pressing ? besides : [...besides, '#tasks', '#lab-end', '#over-question']) put(fresh, part, mend);
		document.querySelector('#said').textContent = '';
	} catch (error) {
		document.querySelector('#said').textContent = why(error);
	}
	tell(before, standing());
}

/** @param {Document} fresh the page as the server makes it */
function unfoldAsHere(fresh) {
	for (const details of fresh.querySelectorAll('#lab details')) {
		const here = document.getElementById(details.id);
		if (here) details.toggleAttribute('open', here.hasAttribute('open'));
	}
}

function standing() {
	return { done: document.querySelectorAll('.task-done').length, of: document.querySelectorAll('.task').length };
}

/** @param {ReturnType<typeof standing>} before @param {ReturnType<typeof standing>} now */
function tell(before, now) {
	if (now.done === before.done) return;
	document.querySelector('#lab-told').textContent = `Task ${now.done} is done.`;
	if (now.done === now.of) showFinished();
}

document.addEventListener('click', (event) => {
	const link = /** @type {HTMLElement} */ (event.target).closest?.('[data-next], #to-the-end');
	if (!link) return;
	event.preventDefault();
	goTo(link.getAttribute('href'));
});

let soon = 0;
listen('/api/traces/events', 'trace', () => {
	clearTimeout(soon);
	soon = setTimeout(refresh, 150);
});

// The lecturer has opened labs or closed them, or holds back answers, or no longer.
document.addEventListener('class-steps', refresh);

strip();
if (document.querySelector('#lab-status[data-standing=running]')) {
	import('./lab-predict.js').then(({ keepHints, keepPredictions }) => {
		keepPredictions(`/api${path}`, refresh);
		keepHints(`/api${path}`);
	});
}
if (location.hash) goTo(location.hash);
