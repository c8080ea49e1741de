/**
 * The presses between the doors: what happens to the server, and then to both doors. Each is a real
 * request of the API, and each ends with the doors being asked.
 */

import * as client from '../token-client.js';
import { answering } from './answers.js';
import { ask } from './ask.js';
import { reach } from './room.js';

/** The demo accounts, whose passwords are no secret. @type {Record<string, string>} */
const demo = { ada: 'lovelace', grace: 'nanosecond' };

const press = () => document.getElementById('press').dataset;

/**
 * Each by its name, with the form that asks for it.
 *
 * @type {Record<string, (form: HTMLFormElement) => Promise<string>>}
 */
export const story = {
	async crash() {
		await crash();
		await askBoth();
		return 'The server crashed, and is back. Both doors were asked.';
	},
	async keep(form) {
		await change(form);
		await logInAgain();
		await crash();
		await askBoth();
		return 'Sessions are kept in the database now. The server crashed again, and both doors were asked.';
	},
	async forget(form) {
		await change(form);
		await logInAgain();
		await askBoth();
		return 'Sessions are kept in memory again.';
	},
	async second(form) {
		const { moment } = press();
		await change(form);
		if (moment === 'shut') await logInAgain();
		await askEachServer(/** @type {HTMLElement} */ (form.querySelector('button')), 2);
		return 'Two servers take turns. Each door was asked twice.';
	},
	async alone(form) {
		await change(form);
		await askBoth();
		return 'One server answers all requests again.';
	},
};

const crash = () => ask(`/api/servers/${press().server}/crash?wait=1`, { method: 'POST' });

/** @param {HTMLFormElement} form whose hidden fields are settings */
function change(form) {
	const { servers, ...settings } = Object.fromEntries(new FormData(form));
	return ask('/api/settings', { method: 'PATCH', json: servers ? { servers: Number(servers), ...settings } : settings });
}

/** The session is gone when it is kept elsewhere from now on. The token is as good as before. */
async function logInAgain() {
	const username = press().as;
	await ask('/api/session/login', { method: 'POST', json: { username, password: demo[username] } });
	await asked('session');
}

const doors = {
	session: () => ask('/api/session/me'),
	token: () => ask('/api/token/me', {}, client.fetchWithToken),
};

/**
 * Asks a door who this is. That it does not know is an answer as well.
 *
 * @param {keyof typeof doors} door
 * @returns {Promise<boolean>} whether it knows
 */
async function asked(door) {
	try {
		await doors[door]();
		return true;
	} catch (error) {
		if (/** @type {import('./ask.js').Refusal} */ (error).status === 401) return false;
		throw error;
	}
}

async function askBoth() {
	await asked('session');
	if (client.token()) await asked('token');
}

/**
 * Asks as often as there are servers, each of which answers once when they take turns; the session
 * door until one of them does not know this browser. A door shows its last answer only, so here each
 * has a line.
 *
 * @param {HTMLElement} button
 * @param {number} servers
 */
function askEachServer(button, servers) {
	return answering(document.getElementById('home-answers'), button, async (says) => {
		for (let left = servers; left; left--) {
			if ((await says.asked(reach('/api/session/me'))).status === 401) break;
		}
		for (let left = client.token() ? servers : 0; left; left--) await says.asked(client.fetchWithToken('/api/token/me'));
	});
}
