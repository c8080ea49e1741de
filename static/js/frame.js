/**
 * The two switches of the header: light or dark, and large type for a wall.
 * Both are kept in localStorage; theme.js applies them to the next page.
 */

import { pageOf } from './page.js';
import { reach } from './room.js';
import './presenter.js';
import './times.js';

const page = document.documentElement;
const themes = ['system', 'light', 'dark'];

const themeSwitch = /** @type {HTMLElement} */ (document.querySelector('[data-switch=theme]'));
const presenterSwitch = document.querySelector('[data-switch=presenter]');

function theme() {
	return page.dataset.theme ?? 'system';
}

/** @param {string} name */
function setTheme(name) {
	if (name === 'system') delete page.dataset.theme;
	else page.dataset.theme = name;
	keep('theme', name);
	showTheme();
}

function showTheme() {
	themeSwitch.dataset.shows = theme();
	themeSwitch.setAttribute('aria-label', `Colours: ${theme()}`);
	themeSwitch.title = `Colours: ${theme()}. Press for ${nextTheme()}.`;
}

function nextTheme() {
	return themes[(themes.indexOf(theme()) + 1) % themes.length];
}

/** @param {boolean} [on] */
function setPresenter(on = page.dataset.presenter !== 'on') {
	if (on) page.dataset.presenter = 'on';
	else delete page.dataset.presenter;
	keep('presenter', on ? 'on' : 'off');
	showPresenter();
}

function showPresenter() {
	presenterSwitch.setAttribute('aria-pressed', String(page.dataset.presenter === 'on'));
}

/** @param {string} name @param {string} value */
function keep(name, value) {
	try {
		localStorage.setItem(name, value);
	} catch {
		// Storage is switched off: it holds for this page only.
	}
}

/** @param {KeyboardEvent} event */
function typing(event) {
	const at = /** @type {HTMLElement} */ (event.target);
	return event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable
		|| at.matches('input:not([type=radio], [type=checkbox]), textarea, select');
}

themeSwitch.addEventListener('click', () => setTheme(nextTheme()));
presenterSwitch.addEventListener('click', () => setPresenter());
document.addEventListener('keydown', (event) => {
	if (event.defaultPrevented || typing(event)) return;
	if (event.key === 'p') setPresenter();
	if (event.key === 'Escape' && page.dataset.presenter === 'on') setPresenter(false);
});
showTheme();
showPresenter();

// What copies is loaded when somebody copies.
document.addEventListener('click', ({ target }) => {
	const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest('[data-copy]'));
	if (button) import('./copy.js').then(({ press }) => press(button));
});

// A form that takes a moment is busy until the next page is here. The window hears of it last: a script that does what
// the form is for has prevented it by then.
addEventListener('submit', (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (event.defaultPrevented || !form.matches('[data-busy]')) return;
	const button = event.submitter ?? form.querySelector('button');
	if (button.ariaBusy === 'true') event.preventDefault();
	button.ariaBusy = 'true';
});
addEventListener('pageshow', ({ persisted }) => {
	if (persisted) for (const button of document.querySelectorAll('[data-busy] [aria-busy]')) button.removeAttribute('aria-busy');
});

// A page that a server made knows neither what is broken on purpose nor who is in a class: the front does.
const broken = document.querySelector('#broken:not([data-known])');
if (broken) {
	reach('/bars', { headers: { Accept: 'text/html' }, byTimer: true }).then(async (answer) => {
		if (!answer.ok) return;
		const bars = await pageOf(answer);
		broken.replaceChildren(...bars.querySelectorAll('.broken'));
		document.querySelector('#class-bar')?.replaceWith(bars.querySelector('#class-bar') ?? '');
		takePart();
	}).catch(() => {}); // the page is as good without
}

/** Only the pages of those who are in a class load what that takes. */
function takePart() {
	if (document.querySelector('#class-bar[data-class=yes]')) import('./class.js');
}
takePart();
