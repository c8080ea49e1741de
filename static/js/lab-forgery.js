/**
 * The lab of forgeries: shows each token before and after, asks the inspector which
 * step refused it, and does what takes a browser: following the guesses at a secret,
 * and having a session id planted.
 */

import { reach } from './room.js';
import { ask, read } from './ask.js';
import { keep, scripts, value } from './lab.js';

/** @param {string} id */
const $ = (id) => document.getElementById(id);
const classes = ['jwt-header', 'jwt-payload', 'jwt-signature'];

document.addEventListener('answered', (event) => {
	const { call, body, status, trace } = /** @type {CustomEvent<import('./lab.js').Answered>} */ (event).detail;
	if (call.path === '/api/labs/forgery/forge' && status === 200) showForged(JSON.parse(call.body).kind, body);
	if (call.path === '/api/token/me' && call.bearer === 'FORGED') showDoor(status, trace);
});

/**
 * @typedef {object} Forgery what a forgery made of the token
 * @property {string} done
 * @property {string} forged
 * @property {{verifier: string, let_in: boolean, says: string}[]} careless what careless verifiers say
 */

/** @param {string} kind @param {Forgery} forgery */
function showForged(kind, { done, forged, careless }) {
	const before = kind === 'refresh' ? forged : value('TOKEN');
	$('forge-idle').hidden = true;
	$('forge-token').hidden = false;
	$('forge-done').textContent = done;
	showParts($('forge-before'), before, forged);
	showParts($('forge-after'), forged, before);
	$('forge-says').replaceChildren(...said(before, forged));
	$('forge-door').textContent = 'is asked';
	for (const verdict of careless) {
		const cell = document.querySelector(`[data-verifier="${verdict.verifier}"] td`);
		cell.textContent = verdict.let_in ? `lets in ${verdict.says}` : verdict.says;
		cell.className = verdict.let_in ? 'forge-in' : '';
	}
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
 * Nobody who sees the screen is to use the token.
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
 * What header and payload say, with what differs from before marked.
 *
 * @param {string} before
 * @param {string} after
 */
function said(before, after) {
	return ['header', 'payload'].map((name, at) => {
		const line = document.createElement('p');
		const [was, is] = [before, after].map((token) => decoded(token.split('.')[at]));
		line.append(`${name} `, ...(is === null ? ['none: it is no JWT'] : marked(is, was ?? '')));
		return line;
	});
}

/** @param {string} part in base64url @returns {string | null} null when it is no JSON object */
function decoded(part) {
	try {
		const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
		const text = new TextDecoder().decode(bytes);
		return text.startsWith('{') ? text : null;
	} catch {
		return null;
	}
}

/** @param {number} status @param {string} trace */
async function showDoor(status, trace) {
	const { reason } = await ask(`/api/traces/${trace}`).catch(() => ({ reason: '' }));
	const link = document.createElement('a');
	link.href = `/inspector/${trace}`;
	link.textContent = reason ? `refuses at ${reason}` : `answers ${status}`;
	$('forge-door').replaceChildren(`${status}, `, link);
}

scripts.crack = async (saying) => {
	const answer = await reach('/api/labs/forgery/crack', {
		method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: value('WEAK') }),
	});
	if (!answer.ok) await read(answer);
	$('forge-idle').hidden = true;
	$('forge-crack').hidden = false;
	/** @type {Guess} */
	let last;
	for await (const guess of lines(answer.body)) {
		last = guess;
		showGuess(guess);
		saying(`${guess.tried} secrets tried`);
	}
	return last?.secret ? `The secret is ${last.secret}, guess ${last.tried}.` : 'It is none of the weak secrets.';
};

/**
 * @typedef {object} Guess how far guessing at the secret has come
 * @property {number} tried
 * @property {number} of
 * @property {string} [last] the newest guess
 * @property {string} [secret] when it is found
 * @property {number} seconds
 * @property {number} per_second
 * @property {string} years
 */

/** @param {Guess} guess */
function showGuess({ tried, of, last, secret, seconds, per_second: rate, years }) {
	const place = $('forge-crack');
	place.querySelector('progress').value = secret ? 1 : tried / of;
	const fast = `${tried} tried in ${seconds.toFixed(2)} s, ${Math.round(rate).toLocaleString('en')} a second on this machine`;
	place.querySelector('p').textContent = secret === undefined
		? `${fast}. Last: ${last ?? 'none fits'}`
		: `The secret is ${secret}. ${fast}. All secrets of 256 bits would take ${years} years.`;
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
 * Somebody who can write a cookie into the visitor's browser, from a neighbouring
 * site or a shared computer, chooses the id of the session before there is one.
 */
scripts.plant = async () => {
	await ask('/api/session/logout', { method: 'POST' }).catch(() => {}); // nobody was logged in
	const id = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
	keep('FIXED', id);
	plant(id);
	const refused = await reach('/api/session/me');
	plant(id); // a site that refuses an id may take its cookie away
	await ask('/api/session/login', { method: 'POST', json: { username: 'ada', password: 'lovelace' } });
	return `The planted id was answered with ${refused.status}. Then you logged in while your browser held it, and got another.`;
};

/** @param {string} id */
function plant(id) {
	const secure = location.protocol === 'https:' ? '; Secure' : '';
	document.cookie = `${value('SESSION')}=${id}; Path=/; SameSite=Lax${secure}`;
}
