/**
 * The account page of the session door works without this script. With it, a logout here is seen in the
 * other tabs at once, and one there is seen here.
 */

import { bodyOf } from './form.js';
import { loggedOut, whenLoggedOut } from './tabs.js';

whenLoggedOut(() => location.reload()); // the session is gone: what comes is the login page

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.action.endsWith('/session/logout')) return;
	event.preventDefault();
	const answer = await fetch(form.action, { method: 'POST', body: bodyOf(form) });
	if (!answer.ok) return form.submit(); // whatever it says is shown
	loggedOut();
	location.href = answer.url;
});
