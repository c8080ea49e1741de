/**
 * The presenter's arrow keys: left and right turn the site's pages in the order of the header, up and
 * down go from one part of a page to the next. In the inspector up and down belong to its list
 * (inspector.js).
 */

const page = document.documentElement;

document.addEventListener('keydown', (event) => {
	if (page.dataset.presenter !== 'on' || event.defaultPrevented || taken(event)) return;
	const move = { ArrowLeft: turn, ArrowRight: turn, ArrowUp: walk, ArrowDown: walk }[event.key];
	if (move?.(event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 1)) event.preventDefault();
});

/**
 * Whether the key means something already where it was pressed: in a field, or in
 * a box that it scrolls.
 *
 * @param {KeyboardEvent} event
 */
function taken(event) {
	const at = /** @type {HTMLElement} */ (event.target);
	if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || at.matches('input, textarea, select')) return true;
	const box = at.closest('[tabindex="0"]');
	if (!box) return false;
	return /Left|Right/.test(event.key) ? box.scrollWidth > box.clientWidth : box.scrollHeight > box.clientHeight;
}

/**
 * Opens the page that stands beside this one in the header.
 *
 * @param {number} by 1 or -1
 */
function turn(by) {
	const links = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('.site-nav a'))];
	const at = links.findIndex((link) => link.hasAttribute('aria-current'));
	const next = at < 0 ? links[0] : links[at + by];
	next?.click();
	return Boolean(next);
}

/**
 * Brings the next part of the page to the top, with the focus on it.
 *
 * @param {number} by 1 or -1
 */
function walk(by) {
	if (document.querySelector('#rows')) return false;
	const parts = [...document.querySelectorAll('main :is(h1, .card)')]
		.filter((part) => !part.parentElement.closest('.card') && part.checkVisibility());
	const at = parts.findLastIndex((part) => part.contains(document.activeElement));
	const next = /** @type {HTMLElement | undefined} */ (parts[at < 0 && by < 0 ? parts.length - 1 : at + by]);
	if (!next) return false;
	if (!next.hasAttribute('tabindex')) next.tabIndex = -1;
	next.focus({ preventScroll: true });
	next.scrollIntoView({ block: 'nearest' });
	return true;
}
