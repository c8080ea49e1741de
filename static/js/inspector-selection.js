/**
 * What is done with the requests that are ticked in the list: two are compared, any number is saved. And the
 * seconds in which a list that was cleared can be had back.
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById('selection'));
const filter = /** @type {HTMLFormElement} */ (document.getElementById('filter'));
const [compare, save] = form.querySelectorAll('button');
const said = document.getElementById('selection-said');

function ticked() {
	return new FormData(form).getAll('id').map(String);
}

/** Says what the buttons do with what is ticked now. */
export function showTicked() {
	const { length } = ticked();
	compare.setAttribute('aria-disabled', String(length !== 2));
	save.textContent = length ? `Save ${length} as HAR` : 'Save all as HAR';
	if (length === 2) said.textContent = '';
}

/**
 * Ticks again what was ticked in a list whose place another one has taken.
 *
 * @param {Element} before
 * @param {Element} after
 */
export function keepTicks(before, after) {
	for (const { value } of /** @type {NodeListOf<HTMLInputElement>} */ (before.querySelectorAll('input:checked'))) {
		const box = /** @type {HTMLInputElement | null} */ (after.querySelector(`input[value="${value}"]`));
		if (box) box.checked = true;
	}
	showTicked();
}

document.addEventListener('change', ({ target }) => {
	if (/** @type {Element} */ (target).matches('#rows input')) showTicked();
});

form.addEventListener('submit', (event) => {
	if (event.submitter !== compare) return;
	event.preventDefault();
	const [newer, older, more] = ticked();
	if (!older || more) {
		said.textContent = `Tick two requests in the list to compare them. You have ticked ${ticked().length || 'none'}.`;
		return;
	}
	document.dispatchEvent(new CustomEvent('sent', { detail: `/inspector/${older}?with=${newer}` }));
});

filter.addEventListener('change', () => {
	for (const [name, value] of new FormData(filter)) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = String(value);
	showTicked();
});
showTicked();
addEventListener('pageshow', showTicked); // the browser may bring ticks back

/* Cleared */

const cleared = document.getElementById('cleared');
if (cleared) {
	const until = Date.now() + Number(cleared.dataset.seconds) * 1000;
	const button = cleared.querySelector('button');
	const tick = () => {
		const left = Math.ceil((until - Date.now()) / 1000);
		button.textContent = `Undo (${left} s)`;
		if (left > 0) return;
		clearInterval(timer);
		cleared.remove();
	};
	const timer = setInterval(tick, 250);
	tick();
}
