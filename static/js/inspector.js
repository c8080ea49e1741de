/**
 * The inspector, live: requests arrive in the list, and the newest, or the one
 * that was chosen, stands on the right. The server renders every row and every
 * trace; this script puts them where they belong.
 */
import { why } from './ask.js';
import { bodyOf } from './form.js';
import { put, swap } from './swap.js';
import { keepTicks, showTicked } from './inspector-selection.js';
import './inspector-trace.js';

/** How many requests the list holds; older ones have a page of their own. */
const MOST = 200;

const page = document.getElementById('inspector');
const filter = /** @type {HTMLFormElement} */ (document.getElementById('filter'));
const follow = document.getElementById('follow');
const arrivals = document.getElementById('arrivals');

/** Ids of the traces that are known, so that none is shown twice. */
const known = new Set(rowsOf(document.getElementById('rows')).map((row) => row.dataset.id));

let newest = page.dataset.newest;
let following = !('stay' in page.dataset);

/** @param {HTMLElement} list */
function rowsOf(list) {
	return /** @type {HTMLElement[]} */ ([...list.children]);
}

/** @type {EventSource | undefined} */
let events;
if (!new URLSearchParams(location.search).has('before')) keepListening();

/* Arriving */

/** @type {HTMLElement[]} rows that wait for the next frame, oldest first */
let waiting = [];

function listen() {
	events?.close();
	if (document.hidden) return;
	events = new EventSource(`/inspector/events?last_event_id=${newest}`);
	events.addEventListener('row', (event) => arrive(event.lastEventId, event.data));
	events.addEventListener('error', () => {
		// The browser reconnects by itself, unless the server said no.
		if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
	});
}

/** A page that is left, also into the history, or is in the background holds no stream
 * open: a browser keeps six connections to one site. What was missed comes later. */
function keepListening() {
	listen();
	document.addEventListener('visibilitychange', listen);
	addEventListener('pagehide', () => events?.close());
	addEventListener('pageshow', (event) => { if (event.persisted) listen(); });
}

/** @param {string} number of the trace, among those that are kept @param {string} html of the row */
function arrive(number, html) {
	newest = number;
	const template = document.createElement('template');
	template.innerHTML = html;
	const row = /** @type {HTMLElement} */ (template.content.firstElementChild);
	if (known.has(row.dataset.id)) return;
	known.add(row.dataset.id);
	offerServer(row.dataset.server);
	if (!passes(row)) return;
	if (waiting.length === 0) requestAnimationFrame(insert);
	waiting.push(row);
	waiting = waiting.slice(-MOST);
}

function insert() {
	const arrived = waiting;
	waiting = [];
	const rows = document.getElementById('rows');
	rows.prepend(...arrived.toReversed());
	while (rows.children.length > MOST) rows.lastElementChild.remove();
	showTicked();
	offerOlder(rows);
	const last = arrived.at(-1);
	const what = last.querySelector('.trace-row-path').textContent.replace(/\s+/g, ' ').trim();
	announce(`New request: ${what}, ${last.dataset.outcome}`);
	if (following) show(last.querySelector('a').getAttribute('href'), false);
}

/** @param {HTMLElement} row */
function passes(row) {
	return [...new FormData(filter)].every(([name, value]) => !value || row.dataset[name] === value);
}

/** @param {string} number */
function offerServer(number) {
	const select = /** @type {HTMLSelectElement} */ (filter.elements.namedItem('server'));
	if (number === '0' || [...select.options].some((option) => option.value === number)) return;
	select.add(new Option(`Server ${number}`, number));
}

/** @param {HTMLElement} rows */
function offerOlder(rows) {
	const older = document.getElementById('older');
	older.querySelector('p')?.remove();
	if (rows.children.length < MOST) return;
	const link = older.querySelector('a') ?? older.appendChild(document.createElement('a'));
	const query = chosenFilter();
	query.set('before', rowsOf(rows).at(-1).dataset.id);
	link.href = `/inspector?${query}`;
	link.textContent = 'Older requests';
}

let announcing = 0;
let unsaid = '';

/**
 * Says what happened to those who do not see it, once a second: the newest.
 *
 * @param {string} text
 */
function announce(text) {
	unsaid = text;
	announcing ||= setTimeout(() => {
		announcing = 0;
		arrivals.textContent = unsaid;
	}, 1000);
}

/* Showing one */

let showing = '';
let next = '';
let shown = Promise.resolve(); // when nothing is on its way any more

/**
 * Shows a trace, or two, on the right. While one is on its way the newest wish
 * waits; those in between are forgotten.
 *
 * @param {string} url
 * @param {boolean} asked whether somebody chose it
 * @returns {Promise<void>} when it, or what was wished for later, is there
 */
function show(url, asked) {
	next = url;
	if (asked) setFollowing(false);
	if (!showing) shown = showAll();
	return shown;
}

async function showAll() {
	while (next) {
		[showing, next] = [next, ''];
		try {
			await swap(showing, '#chosen');
			mark();
		} catch (error) {
			announce(why(error));
		}
	}
	showing = '';
}

/** Marks the rows of the traces that stand on the right. */
function mark() {
	const traces = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#chosen .trace'));
	const ids = [...traces].map((trace) => trace.dataset.id);
	for (const row of rowsOf(document.getElementById('rows'))) {
		row.querySelector('a').setAttribute('aria-current', String(ids.includes(row.dataset.id)));
	}
}

/** @param {string} url */
async function open(url) {
	history.pushState(null, '', url);
	await show(url, true);
	const side = document.getElementById('chosen');
	const { top } = side.getBoundingClientRect();
	if (top < 0 || top > innerHeight / 2) side.scrollIntoView(); // its sentence is to be seen
	if (document.activeElement === document.body) side.focus({ preventScroll: true }); // what was pressed is gone
}

document.addEventListener('click', (event) => {
	const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest('#rows a'));
	if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
	event.preventDefault();
	const query = chosenFilter().toString();
	open(link.pathname + (query && `?${query}`));
});

addEventListener('popstate', () => show(location.href, location.pathname !== '/inspector'));

/* A request that this page sent (inspector-trace.js) */
document.addEventListener('sent', (event) => open(/** @type {CustomEvent<string>} */ (event).detail));

/* Following the newest, or staying */

/** @param {boolean} on */
function setFollowing(on) {
	following = on;
	follow.setAttribute('aria-pressed', String(on));
}

follow.addEventListener('click', () => {
	setFollowing(!following);
	const first = document.querySelector('#rows a');
	if (!following || !first) return;
	const query = chosenFilter().toString();
	history.pushState(null, '', '/inspector' + (query && `?${query}`));
	show(first.getAttribute('href'), false);
});

/* Filtering */

function chosenFilter() {
	return new URLSearchParams([...bodyOf(filter)].filter(([, value]) => value));
}

/** One list comes after the other: the last is by what is chosen now. */
let listing = Promise.resolve();

filter.addEventListener('change', () => {
	for (const select of filter.querySelectorAll('select')) select.className = select.value && `chosen-${select.value}`;
	history.replaceState(null, '', `/inspector?${chosenFilter()}`);
	listing = listing.then(list).catch((error) => announce(why(error)));
});

/** Lists what passes: the server's list, and before it what arrived while that was on its way. */
async function list() {
	const before = new Set(known);
	const shown = document.getElementById('rows');
	const page = await swap(`/inspector?${chosenFilter()}`, '#rows', '#older');
	const rows = document.getElementById('rows');
	const listed = new Set(rowsOf(rows).map((row) => row.dataset.id));
	rows.prepend(...rowsOf(shown).filter((row) => !before.has(row.dataset.id) && !listed.has(row.dataset.id) && passes(row)));
	waiting = waiting.filter((row) => !listed.has(row.dataset.id) && passes(row));
	for (const id of listed) known.add(id);
	keepTicks(shown, rows);
	if (following) put(page, '#chosen');
	mark();
}

/* By keyboard: the arrows walk the list, Enter opens, as on every link. For a
   presenter each request opens as it is reached. */

document.addEventListener('keydown', (event) => {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
	const focused = /** @type {HTMLAnchorElement} */ (event.target);
	if (focused !== document.body && !focused.closest('#rows, #chosen:focus')) return;
	const rows = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('#rows a'))];
	const at = rows.indexOf(focused);
	const current = at >= 0 ? at + step : rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
	const row = rows[Math.max(0, Math.min(rows.length - 1, current))];
	if (!row) return;
	event.preventDefault();
	row.focus();
	if (document.documentElement.dataset.presenter === 'on') show(row.href, true);
});
