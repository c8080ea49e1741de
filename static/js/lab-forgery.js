/**
 * The lab about forgery: shows each token before and after, asks the inspector which step refused it,
 * and does what takes a browser: following the guesses at a secret, and planting a session ID.
 */

import { ask, inspects, read } from './ask.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { keep, scripts, value } from './lab.js';
import { reach } from './room.js';

/** @param {string} id */
const $ = (id) => document.getElementById(id);
const classes = ['jwt-header', 'jwt-payload', 'jwt-signature'];

document.addEventListener('answered', (event) => {
	const { call, body, status, trace } = /** @type {CustomEvent<import('./lab.js').Answered>} */ (event).detail;
	if (call.path === '/api/labs/forgery/forge' && status === 200) showForged(JSON.parse(call.body).kind, body);
	if (call.path === '/api/token/me' && call.bearer === 'FORGED') showDoor(status, trace);
});

/**
 * @typedef {object} Forgery a forged token
 * @property {string} done
 * @property {string} forged
 * @property {Verdict[]} careless
 *
 * @typedef {{verifier: string, mistake: string, let_in: boolean, says: string}} Verdict what a careless verifier answers
 */

/** @param {string} kind @param {Forgery} forgery */
function showForged(kind, { done, forged, careless }) {
	const before = kind === 'refresh' ? forged : value('TOKEN');
	stage('forge-token');
	$('forge-done').textContent = done;
	showParts($('forge-before'), before, forged);
	showParts($('forge-after'), forged, before);
	$('forge-says').replaceChildren(...said(before, forged));
	$('forge-door').textContent = 'is being asked';
	$('forge-fooled').textContent = fooled(careless);
	for (const verdict of careless) {
		const cell = document.querySelector(`[data-verifier="${verdict.verifier}"] td`);
		cell.textContent = verdict.let_in ? `allowed: ${verdict.says}` : `refused: ${verdict.says}`;
		cell.className = verdict.let_in ? 'forge-in' : '';
	}
}

/** @param {string} shown what the stage shows from now on */
function stage(shown) {
	for (const part of ['forge-idle', 'forge-token', 'forge-crack']) $(part).hidden = part !== shown;
}

/** @param {Forgery['careless']} careless */
function fooled(careless) {
	if (!careless.length) return 'unknown: the token names no public key, and they have no other';
	const mistakes = careless.filter((verdict) => verdict.let_in).map((verdict) => `one that ${verdict.mistake}`);
	return mistakes.length ? mistakes.join(', or ') : 'none';
}

/**
 * Writes a token in its three colours, and marks what differs from another.
 *
 * @param {Element} into
 * @param {string} token
 * @param {string} other
 */
function showParts(into, token, other) {
	const others = other.split('.');
	into.replaceChildren(...token.split('.').flatMap((text, at) => {
		const span = document.createElement('span');
		span.className = classes[at] ?? '';
		const secret = at === 2 || !token.includes('.');
		span.append(...marked(secret ? shortened(text) : text, secret ? shortened(others[at] ?? '') : others[at] ?? ''));
		return at ? ['.', span] : [span];
	}));
}

/**
 * Whoever sees the screen must not be able to use the token.
 *
 * @param {string} text
 */
function shortened(text) {
	return text.length > 6 ? `${text.slice(0, 6)}…` : text;
}

/**
 * Marks what lies between the beginning and the end that two texts share.
 *
 * @param {string} text
 * @param {string} other
 */
function marked(text, other) {
	if (text === other) return [text];
	let from = 0;
	while (from < text.length && text[from] === other[from]) from += 1;
	let end = 0;
	while (end < Math.min(text.length, other.length) - from && text.at(-1 - end) === other.at(-1 - end)) end += 1;
	const mark = document.createElement('mark');
	mark.textContent = text.slice(from, text.length - end);
	return [text.slice(0, from), mark, text.slice(text.length - end)].filter((piece) => piece !== '');
}

/**
 * Header and payload, with the changes marked.
 *
 * @param {string} before
 * @param {string} after
 */
function said(before, after) {
	if (!after.includes('.')) return ['a random string, not a JWT'];
	return ['header', 'payload'].map((name, at) => {
		const line = document.createElement('p');
		const [was, is] = [before, after].map((token) => decoded(token.split('.')[at]));
		line.append(`${name} `, ...(is === null ? ['not a JWT'] : marked(is, was ?? '')));
		return line;
	});
}

/** @param {string} part in base64url @returns {string | null} null when it is no JSON object */
function decoded(part) {
	try {
		const text = new TextDecoder().decode(fromBase64url(part));
		return text.startsWith('{') ? text : null;
	} catch {
		return null;
	}
}

/** @param {number} status @param {string} trace */
async function showDoor(status, trace) {
	const { reason } = await ask(`/api/traces/${trace}`).catch(() => ({ reason: '' }));
	const link = document.createElement(inspects() ? 'a' : 'span');
	if (link instanceof HTMLAnchorElement) link.href = `/inspector/${trace}`;
	link.textContent = reason ? `refused at ${reason}` : 'see why';
	$('forge-door').replaceChildren(badge(status), ' ', link);
}

/** @param {number} status */
function badge(status) {
	const tone = status < 400 ? 'allowed' : status < 500 ? 'denied' : 'failed';
	return Object.assign(document.createElement('span'), { className: `badge badge-${tone}`, textContent: String(status) });
}

scripts.crack = async (saying) => {
	const answer = await reach('/api/labs/forgery/crack', {
		method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: value('WEAK') }),
	});
	if (!answer.ok) await read(answer);
	stage('forge-crack');
	/** @type {Guess} */
	let last;
	for await (const guess of lines(answer.body)) {
		last = guess;
		showGuess(guess);
		saying(`${guess.tried.toLocaleString('en')} secrets tried`);
	}
	return last?.secret ? `The secret is ${last.secret}, found with guess ${last.tried.toLocaleString('en')}.` : 'The secret is not on the list.';
};

/**
 * @typedef {object} Guess how far guessing has come
 * @property {number} tried
 * @property {number} of
 * @property {string} [last] the newest guess
 * @property {string} [secret] once it is found
 * @property {number} seconds
 * @property {number} per_second
 * @property {string} years
 */

/** @param {Guess} guess */
function showGuess({ tried, of, last, secret, seconds, per_second: rate, years }) {
	const place = $('forge-crack');
	place.querySelector('progress').value = secret ? 1 : tried / of;
	const fast = `${tried.toLocaleString('en')} secrets tried in ${seconds.toFixed(2)} s, ${Math.round(rate).toLocaleString('en')} a second on this machine`;
	place.querySelector('p').textContent = secret === undefined
		? `${fast}. ${last ? `Last: ${last}` : 'None matches.'}`
		: `The secret is ${secret}. ${fast}. Trying all 256-bit secrets would take ${years} years.`;
}

/**
 * Reads lines of JSON as they come.
 *
 * @param {ReadableStream<BufferSource>} stream
 * @returns {AsyncGenerator<Guess>}
 */
async function* lines(stream) {
	let rest = '';
	const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
	for (let { done, value: text } = await reader.read(); !done; { done, value: text } = await reader.read()) {
		const parts = (rest + text).split('\n');
		rest = parts.pop();
		for (const line of parts) if (line) yield JSON.parse(line);
	}
}

/**
 * An attacker who can write a cookie into the victim's browser, from a sibling site or on a shared
 * computer, chooses the session ID before the login.
 */
scripts.plant = async (saying, says) => {
	/** @type {typeof reach} each request has a line */
	const shown = (path, init) => says.asked(reach(path, init));
	await ask('/api/session/logout', { method: 'POST' }).catch(() => {}); // no session yet
	const id = toBase64url(crypto.getRandomValues(new Uint8Array(32)));
	keep('FIXED', id);
	plant(id);
	await shown('/api/session/me');
	plant(id); // a site that refuses an ID may delete its cookie
	await ask('/api/session/login', { method: 'POST', json: { username: 'ada', password: 'lovelace' } }, shown);
	return 'You logged in with the planted ID in your browser, and received a new one.';
};

/** @param {string} id */
function plant(id) {
	const secure = location.protocol === 'https:' ? '; Secure' : '';
	document.cookie = `${value('SESSION')}=${id}; Path=/; SameSite=Lax${secure}`;
}
