/** The token door's form: log in, and keep the token where the visitor chose. */

import * as client from '../token-client.js';
import { answering } from './answers.js';
import { openCard } from './token-card.js';
import { inTurn } from './turn.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('#token-login'));

/** @typedef {{username: string, password: string, deliver: 'body'|'header', place: client.PlaceName}} Choice what the form holds */

form.addEventListener('submit', (event) => {
	event.preventDefault();
	const { place, ...who } = /** @type {Choice} */ (Object.fromEntries(new FormData(form)));
	const button = form.querySelector('button');
	answering(document.getElementById('login-answers'), button, async () => {
		client.keep(await inTurn(button, () => client.login(who)), place);
		if (place === 'memory') await stay();
		else location.href = '/token/account';
	});
});

form.parentElement.addEventListener('click', (event) => {
	const { username, password } = /** @type {HTMLElement} */ (event.target).dataset;
	if (!username) return;
	for (const [name, value] of Object.entries({ username, password })) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = value;
	form.requestSubmit();
});

/** A token in memory does not survive a change of page, so there is none. */
async function stay() {
	/** @type {HTMLElement} */ (form.closest('.narrow')).hidden = true;
	await openCard();
	/** @type {HTMLElement} */ (document.querySelector('#token-card .door-title')).focus();
}
