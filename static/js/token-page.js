/**
 * The page for any token, brought up to date while one types. The server makes
 * the page with and without this script; here it is only asked sooner, and the
 * parts that changed are put in place of the old ones.
 */

import { kept } from '../token-client.js';
import { why } from './ask.js';
import { bodyOf } from './form.js';
import { pageOf } from './page.js';
import { reach } from './room.js';
import { keyOf, publicKeys } from './verify.js';

/** What shows findings, and holds nothing that anybody types into. */
const shown = ['token-full', 'token-said', 'token-which', 'token-apart', 'token-verified', 'token-flipped', 'token-made'];

/** How long nobody types before the server is asked, in milliseconds. */
const quiet = 300;

const form = /** @type {HTMLFormElement} */ (document.querySelector('#token-page'));

/** The newest question; the answer to an older one is thrown away. */
let newest = new AbortController();
let timer = 0;

/**
 * Sends the form as a button would, and shows what came of it.
 *
 * @param {string} what the button's value
 */
async function send(what) {
	clearTimeout(timer);
	const within = form.contains(document.activeElement);
	newest.abort();
	newest = new AbortController();
	const body = bodyOf(form);
	body.set('do', what);
	try {
		const answer = await reach(form.action, { method: 'POST', body, signal: newest.signal, headers: { Accept: 'text/html' } });
		const page = await pageOf(answer);
		if (!page.querySelector('#token-page')) throw new Error(`The server answered ${answer.status}. Try again.`);
		show(page, what, within);
	} catch (error) {
		if (error instanceof DOMException && error.name === 'AbortError') return; // a newer question was asked
		document.querySelector('#token-said').textContent = why(error);
	}
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** @param {string} name @returns {Field} */
function field(name) {
	return /** @type {Field} */ (form.elements.namedItem(name));
}

/** @param {Document} page @param {string} what @param {boolean} within whether something of the form had the focus */
function show(page, what, within) {
	const refused = page.querySelector('#token-fault')?.childElementCount;
	for (const id of refused ? ['token-fault'] : ['token-fault', ...shown]) {
		const after = page.getElementById(id);
		if (after) document.getElementById(id)?.replaceWith(document.importNode(after, true));
	}
	if (refused) return;
	for (const before of /** @type {NodeListOf<Field>} */ (form.querySelectorAll('input[name], textarea, select'))) {
		const after = /** @type {Field | null} */ (page.querySelector(`#token-page [name="${before.name}"]`));
		// Where somebody types, nothing is written over.
		if (after && (what !== 'type' || before !== document.activeElement)) before.value = after.value;
	}
	// A button that is gone leaves the focus nowhere.
	if (within && document.activeElement === document.body) field('token').focus({ preventScroll: true });
}

form.addEventListener('submit', (event) => {
	event.preventDefault();
	send(event.submitter?.getAttribute('value') ?? 'inspect');
});

form.addEventListener('input', (event) => {
	if (!['token', 'key', 'kind', 'accept'].includes(/** @type {HTMLInputElement} */ (event.target).name)) return;
	clearTimeout(timer);
	timer = setTimeout(() => send('type'), quiet);
});

const own = /** @type {HTMLElement} */ (form.querySelector('[data-own]'));
own.hidden = !kept();
own.addEventListener('click', () => showOwn());

/** Decodes the token that this browser keeps. */
async function showOwn() {
	const token = kept()?.token ?? '';
	const key = await publicKey(token).catch(() => ''); // first, as an answer on its way fills in the fields
	for (const [name, value] of Object.entries({ token, key, kind: '', accept: '', sign_key: '', sign_kind: '' })) field(name).value = value;
	await send('inspect');
	document.getElementById('token-which').textContent = 'Your token, as this browser keeps it';
}

// The page opens with the visitor's own token where there is one, unless the browser has put back what was typed.
if (kept() && form.dataset.which === 'sample' && field('token').value === field('shown').value) showOwn();

/**
 * The site's public key for its token; with HS256 there is none that it would give away.
 *
 * @param {string} token
 */
async function publicKey(token) {
	const key = keyOf(token, await publicKeys());
	return key ? JSON.stringify(key, null, 2) : '';
}
