/**
 * The visitors of the room: a slider says how many come a second. Each one is a real request
 * that the front sends; what became of it arrives as an event, and is drawn.
 */

import { ask, inspects, why } from './ask.js';
import { travel } from './travel.js';

/** @typedef {{number: number, door: string, server: number, store: string, outcome: string, trace: string}} Visit */
/** @typedef {{allowed: number, denied: number, failed: number}} Tally */
/** @typedef {{per_second: number, fault?: string, session: Tally, token: Tally, visits: Visit[]}} Visited */

const slider = /** @type {HTMLInputElement} */ (document.getElementById('per-second'));
const shown = document.getElementById('per-second-shown');
const said = document.getElementById('visitors-said');

let setting = false;

slider.addEventListener('input', () => {
	shown.textContent = slider.value;
	if (!setting) set();
});

/** Tells the site how many are to come; what was chosen meanwhile comes next. */
async function set() {
	setting = true;
	try {
		let wanted;
		do {
			wanted = slider.value;
			await ask('/api/visitors', { method: 'PUT', json: { per_second: Number(wanted) } });
		} while (slider.value !== wanted);
		said.textContent = '';
	} catch (error) {
		said.textContent = why(error);
	}
	setting = false;
}

/**
 * Shows how the room is visited, and draws those who have come.
 *
 * @param {string} data of the event
 */
export function show(data) {
	const now = /** @type {Visited} */ (JSON.parse(data));
	if (!setting && document.activeElement !== slider || now.fault || now.per_second === 0 && !setting) {
		slider.value = shown.textContent = String(now.per_second);
	}
	if (now.fault) said.textContent = now.fault;
	for (const door of /** @type {const} */ (['session', 'token'])) {
		count(door, now[door], now.visits.findLast((visit) => visit.door === door && visit.outcome !== 'allowed'));
	}
	now.visits.forEach((visit, index) => {
		travel({ door: visit.door, outcome: visit.outcome, server: String(visit.server), store: visit.store }, index * 100 / now.visits.length);
	});
}

/**
 * Counts how many of the newest visitors a door let in.
 *
 * @param {'session' | 'token'} door
 * @param {Tally} tally
 * @param {Visit} [refused] the newest that it did not let in, if it is new
 */
function count(door, { allowed, denied, failed }, refused) {
	const all = allowed + denied + failed;
	if (!all) return;
	const line = document.querySelector(`[data-tally=${door}]`);
	const bar = line.querySelector('progress');
	bar.max = all;
	bar.value = allowed;
	line.querySelector('[data-show=count]').textContent = `${allowed} of ${all} allowed`;
	const link = /** @type {HTMLAnchorElement} */ (line.querySelector('[data-show=refused]'));
	if (refused) link.href = `/servers/visitors/${refused.trace}`;
	link.hidden = allowed === all || !link.href || !inspects();
}
