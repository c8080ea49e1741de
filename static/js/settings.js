/**
 * The settings: each is saved as soon as it is changed, and can be undone. The form says what
 * each field showed, so nobody undoes what others have changed meanwhile.
 */

import { answering } from './answers.js';
import { ask, why } from './ask.js';
import { bodyOf } from './form.js';
import { listen } from './listen.js';
import { swap } from './swap.js';

/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

const page = '/servers/settings';
const form = /** @type {HTMLFormElement} */ (document.getElementById('choose'));
const said = document.getElementById('room-said');

const fields = () => /** @type {Field[]} */ ([...form.querySelectorAll('select, input:not([type=hidden])')]);

/** @param {Field} field the hidden one beside it, with what it showed */
const shownIn = (field) => /** @type {HTMLInputElement} */ (form.elements.namedItem(`shown-${field.name}`));

form.addEventListener('submit', (event) => event.preventDefault()); // Enter in a field changes it
form.addEventListener('change', ({ target }) => {
	const field = /** @type {Field} */ (target);
	save(field, field.value, shownIn(field).value);
});

/**
 * Saves one setting, and says so beside it, with the way back.
 *
 * @param {Field} field
 * @param {string} value
 * @param {string} before
 */
async function save(field, value, before) {
	const said = document.getElementById(`said-${field.name}`);
	said.textContent = '';
	try {
		await ask(form.action, { method: 'POST', body: new URLSearchParams({ [field.name]: value, [`shown-${field.name}`]: before }) });
		keep(field, value);
		await follow();
		field.setAttribute('aria-invalid', 'false');
		said.dataset.tone = 'good';
		if (shownIn(field).value !== before) said.append('Saved. ', undo(field, before));
	} catch (error) {
		field.setAttribute('aria-invalid', 'true');
		said.dataset.tone = 'bad';
		said.textContent = why(error);
	}
}

/** @param {Field} field @param {string} before */
function undo(field, before) {
	const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button-link', textContent: `Undo (${before})` });
	button.addEventListener('click', () => {
		field.focus();
		save(field, before, shownIn(field).value);
	});
	return button;
}

/** Shows what is so now, but for what somebody is entering. */
async function follow() {
	const now = await swap(page, '#broken', '#site-status');
	for (const field of fields().filter((each) => !edited(each))) {
		keep(field, /** @type {HTMLInputElement} */ (now.querySelector(`[name=shown-${field.name}]`)).value);
	}
}

/**
 * Makes a value the one that a field shows.
 *
 * @param {Field} field
 * @param {string} value
 */
function keep(field, value) {
	shownIn(field).value = value;
	field.value = value;
	if (field instanceof HTMLInputElement) field.defaultValue = value;
	else for (const option of field.options) option.defaultSelected = option.value === value;
}

/** @param {Field} field */
function edited(field) {
	if (field instanceof HTMLSelectElement) return [...field.options].some((option) => option.selected !== option.defaultSelected);
	return field.value !== field.defaultValue;
}

document.addEventListener('submit', (event) => {
	const asked = /** @type {HTMLFormElement} */ (event.target);
	if (!asked.matches('[data-done]')) return;
	event.preventDefault();
	const button = /** @type {HTMLElement} */ (event.submitter);
	const body = bodyOf(asked, button);
	const place = asked.closest('#broken, #key-change'); // an answer is beside its button
	const others = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('button[id]')]).filter((each) => each !== button);
	for (const list of document.querySelectorAll('.answers')) list.replaceChildren(); // they are of the press before
	answering(place.querySelector('.answers'), button, async (says) => {
		await ask(asked.action, { method: 'POST', body });
		says.done(asked.dataset.done);
		close(asked.closest('details'));
	}, { others });
});

/** Folds a question that was answered; its button has the focus then. @param {HTMLElement | null} question */
function close(question) {
	question?.removeAttribute('open');
	question?.querySelector('summary').focus({ preventScroll: true });
}

listen('/servers/events', 'room', async () => { said.textContent = await follow().then(() => '', why); });
