/**
 * The lecturer's board, live. A row that changed takes its old one's place; the order changes only while nobody points at
 * the board and the focus is elsewhere, so that nothing moves away from under a hand.
 */

import { bodyOf } from './form.js';
import { reach } from './room.js';
import { put, touchUp } from './swap.js';

const rows = () => /** @type {HTMLElement} */ (document.querySelector('#board-rows'));
const page = location.pathname + location.search;

/** @param {string} html */
const parse = (html) => new DOMParser().parseFromString(html, 'text/html');

/** @param {string} html a row of the board */
function show(html) {
	const row = parse(`<table><tbody>${html}</tbody></table>`).querySelector('tr');
	const before = row && document.getElementById(row.id);
	if (!row) return;
	if (!before) {
		refresh();
		return;
	}
	const focused = before.contains(document.activeElement);
	const at = focused ? [...before.querySelectorAll('a')].indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement)) : -1;
	before.replaceWith(row);
	if (focused) row.querySelectorAll('a')[at]?.focus({ preventScroll: true });
	order();
}

/** Sorts by who needs help, when the board does and nobody is at it. */
function order() {
	const board = document.querySelector('#board');
	if (!(board instanceof HTMLElement) || board.dataset.sort !== 'help' || busy(board)) return;
	const sorted = [...rows().children].sort((a, b) => help(b) - help(a));
	if (sorted.some((row, at) => rows().children[at] !== row)) rows().append(...sorted);
}

/** @param {Element} row */
const help = (row) => Number(/** @type {HTMLElement} */ (row).dataset.help);

/** @param {HTMLElement} board */
const busy = (board) => board.matches(':hover') || board.contains(document.activeElement);

/** Somebody came or went while the board was in use: it is brought up to date when it is left. */
let stale = false;
for (const left of ['pointerout', 'focusout']) {
	document.addEventListener(left, () => {
		const board = document.querySelector('#board');
		if (stale && board instanceof HTMLElement) setTimeout(() => { if (stale && !busy(board)) refresh(); });
	});
}

/** What changes with the class, and not with one person. A menu that is open stays as it is. */
async function refresh() {
	const parts = ['#board-side'];
	if (!document.querySelector('#board-controls [open]')) parts.push('#board-controls');
	const board = document.querySelector('#board');
	stale = board instanceof HTMLElement && busy(board);
	if (!stale) parts.push('#board-card');
	await touchUp(page + person(), ...parts).catch(() => {}); // the next change tries again
}

/** The person that the lecturer looks at. */
let looking = '';
const person = () => (looking ? `${page.includes('?') ? '&' : '?'}person=${looking}` : '');

document.addEventListener('click', async (event) => {
	const link = /** @type {HTMLElement} */ (event.target).closest?.('#board a[data-person]');
	if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	looking = link.dataset.person ?? '';
	await touchUp(page + person(), '#board-side').catch(() => {});
	document.querySelector('#person-card')?.scrollIntoView({ block: 'nearest' });
});

document.addEventListener('keydown', (event) => {
	const cell = /** @type {HTMLElement} */ (document.activeElement);
	const row = cell?.closest?.('#board-rows tr');
	if (!row || !event.key.startsWith('Arrow')) return;
	const links = [...row.querySelectorAll('a')];
	const at = links.indexOf(/** @type {HTMLAnchorElement} */ (cell));
	const beside = { ArrowLeft: row, ArrowRight: row, ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[event.key];
	const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
	const to = beside?.querySelectorAll('a')[Math.max(0, at + step)];
	if (!to) return;
	event.preventDefault();
	to.focus();
});

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('#board-controls form:not([action$="/close"]), #board-side form:not([action*="/people/"])')) return;
	event.preventDefault();
	const answer = await reach(form.action, { method: 'POST', body: bodyOf(form), headers: { Accept: 'application/json' } });
	form.closest('details')?.removeAttribute('open');
	const said = /** @type {HTMLElement} */ (document.querySelector('#board-said'));
	said.textContent = answer.ok ? '' : (await answer.json().catch(() => ({}))).detail ?? 'This did not work. Try again.';
	await refresh();
});

/** A page in the background lets its connection go, as a browser keeps six to one site. */
function follow() {
	events?.close();
	events = document.hidden ? null : new EventSource(`/class/events${location.search}`);
	events?.addEventListener('person', ({ data }) => show(data));
	events?.addEventListener('counts', ({ data }) => put(parse(data), '#board-counts'));
	events?.addEventListener('class', ({ data }) => {
		put(parse(data), '#board-counts');
		refresh();
	});
	events?.addEventListener('closed', () => location.reload());
	events?.addEventListener('open', refresh);
}

/** @type {EventSource | null} */
let events = null;
follow();
document.addEventListener('visibilitychange', follow);
