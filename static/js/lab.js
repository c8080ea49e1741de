/**
 * A lab: presses its buttons by sending the requests that stand beside them as
 * commands, and shows at once what counts, whoever sent it.
 */

import * as client from '../token-client.js';
import { read, why } from './ask.js';
import { listen } from './listen.js';
import { inRoom, reach } from './room.js';
import { touchUp } from './swap.js';

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
 */

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.dataset.calls) return;
	event.preventDefault();
	const task = form.closest('.task').id;
	const button = form.querySelector('button');
	if (button.getAttribute('aria-disabled') === 'true') return;
	button.setAttribute('aria-disabled', 'true');
	/** @param {string} text */
	const saying = (text) => say(task, text);
	const said = await press(form.dataset, saying).catch(why);
	await refresh();
	saying(said);
	document.getElementById(button.id)?.removeAttribute('aria-disabled');
	page.dataset.pressed = String(Number(page.dataset.pressed ?? 0) + 1);
});

/**
 * What only a browser can do, by the name that the button has. The modules of
 * single labs add theirs: each gets a function that says how it goes, and returns
 * how it went.
 *
 * @type {Record<string, (saying: (text: string) => void) => Promise<string>>}
 */
export const scripts = {};

/** @param {DOMStringMap} dataset of the form @param {(text: string) => void} saying */
async function press({ calls, script }, saying) {
	if (script) return scripts[script](saying);
	let said = '';
	for (const call of JSON.parse(calls)) said = await carryOut(call, saying);
	return said;
}

/**
 * @param {Call} call
 * @param {(text: string) => void} saying
 * @returns {Promise<string>} what was answered, in short
 */
async function carryOut(call, saying) {
	let said = '';
	for (let left = call.wait || 0; left > 0; left -= 1) {
		saying(`waiting ${Math.ceil(left)} s`);
		await new Promise((then) => { setTimeout(then, Math.min(1, left) * 1000); });
	}
	for (let time = 0; time < (call.times || 1); time += 1) said = await send(call);
	return said;
}

/** @param {Call} call @returns {Promise<string>} what was answered, in short */
async function send(call) {
	const headers = new Headers();
	if (call.body) headers.set('Content-Type', 'application/json');
	if (call.bearer) headers.set('Authorization', `Bearer ${value(call.bearer)}`);
	if (call.header) headers.set(.../** @type {[string, string]} */ (call.header.split(/: */, 2)));
	/** @type {RequestInit} */
	const init = { method: call.method || 'GET', cache: 'no-cache', headers, body: call.body ? filled(call.body) : undefined };
	const answer = await reach(filled(call.path), init).catch((error) => error);
	if (answer instanceof Error) return why(answer);
	try {
		const body = await read(answer);
		for (const [name, member] of Object.entries(call.keep ?? {})) keep(name, body[member]);
		answered(call, body, answer);
		return `${answer.status} ${body ? shortened(JSON.stringify(body)) : ''}`;
	} catch (refusal) {
		answered(call, refusal, answer);
		return `${answer.status} ${why(refusal)}`;
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

/** @param {string} text */
function shortened(text) {
	return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/** @param {string} task @param {string} text */
function say(task, text) {
	const where = document.querySelector(`#${task} [data-said]`);
	if (where) where.textContent = text;
}

/**
 * Says above the tasks what this browser lacks for them, before anybody has begun.
 *
 * @param {string} text nothing when it lacks nothing
 */
export function notice(text) {
	if (!text) return;
	document.querySelector('.lab-work').before(Object.assign(document.createElement('p'), { className: 'fault', textContent: text }));
}

/** Brings the page up to date, one time after the other. What was unfolded stays so. */
let running = Promise.resolve();
export function refresh() {
	running = running.then(refreshOnce, refreshOnce);
	return running;
}

async function refreshOnce() {
	const unfolded = [...document.querySelectorAll('#lab details[open]')].map((details) => details.id);
	const said = [...document.querySelectorAll('.task')].map((task) => [task.id, task.querySelector('[data-said]').textContent]);
	const done = document.querySelectorAll('.task-done').length;
	await touchUp(path, '#lab-status', '#lab-stage[data-live]', '#lab-room', '#tasks').catch((error) => { document.querySelector('#said').textContent = why(error); });
	for (const id of unfolded) document.getElementById(id)?.setAttribute('open', '');
	for (const [id, text] of said) say(id, text);
	const now = document.querySelectorAll('.task-done').length;
	if (now > done) document.querySelector('#said').textContent = now === document.querySelectorAll('.task').length
		? 'The lab is finished.' : `Task ${now} is done.`;
}

let soon = 0;
listen('/api/traces/events', 'trace', () => {
	clearTimeout(soon);
	soon = setTimeout(refresh, 150);
});
