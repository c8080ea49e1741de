/**
 * How the page of a lab moves: to the next task, to the end, and on a phone the
 * stage to a strip.
 */

/**
 * Opens a task, or the end of the lab, and leads there: into view, and the focus with it.
 *
 * @param {string} hash as "#title-2"
 */
export function goTo(hash) {
	const part = /^#(title-\d+|lab-end)$/.test(hash) ? document.querySelector(hash)?.closest('.task, .lab-end') : null;
	if (!part) return;
	for (const open of document.querySelectorAll('#tasks > li > details[open]')) open.removeAttribute('open');
	const details = part.querySelector('details');
	details.setAttribute('open', '');
	part.scrollIntoView({ block: part.clientHeight < innerHeight ? 'nearest' : 'start' });
	details.querySelector('summary').focus({ preventScroll: true });
}

/** Says at the top of the stage, which is always in sight, that the lab is finished, and leads on. */
export function showFinished() {
	const toast = document.querySelector('#lab-toast');
	const next = /** @type {HTMLElement | null} */ (document.querySelector('#lab-next'));
	if (!next) return;
	const links = /** @type {HTMLElement} */ (next.cloneNode(true));
	links.removeAttribute('id');
	for (const link of links.querySelectorAll('[id]')) link.removeAttribute('id');
	for (const link of links.querySelectorAll('.button')) link.classList.add('button-small');
	const close = Object.assign(document.createElement('button'), { type: 'button', className: 'button button-small', textContent: 'Close' });
	close.addEventListener('click', () => toast.replaceChildren());
	links.append(close);
	toast.replaceChildren(Object.assign(document.createElement('strong'), { textContent: 'Lab finished.' }), links);
	document.querySelector('#learned').setAttribute('open', '');
}

/** On a phone the stage is a strip, which unfolds. */
export function strip() {
	const button = document.querySelector('#lab-strip');
	const side = /** @type {HTMLElement} */ (document.querySelector('#lab-side'));
	button?.addEventListener('click', () => {
		const open = button.getAttribute('aria-expanded') !== 'true';
		button.setAttribute('aria-expanded', String(open));
		side.toggleAttribute('data-open', open);
	});
	new ResizeObserver(measure).observe(side);
}

/** What is scrolled to stays below the strip, which is always in sight. */
function measure() {
	const side = /** @type {HTMLElement} */ (document.querySelector('#lab-side'));
	document.documentElement.style.setProperty('--lab-side-height', `${side.offsetHeight}px`);
}

/**
 * Brings what a press led to into sight, and above all its answers.
 *
 * @param {string} result the id of the part
 */
export function showResult(result) {
	measure(); // the strip may have grown with what is in it now
	const part = document.getElementById(result);
	part?.scrollIntoView({ block: 'nearest' });
	part?.querySelector('.answers')?.scrollIntoView({ block: 'nearest' });
}
