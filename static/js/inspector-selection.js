/**
 * What is done with the requests that are ticked in the list: two are compared, any number is saved. And the
 * seconds in which a list that was cleared can be had back.
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById('selection'));
const filter = /** @type {HTMLFormElement} */ (document.getElementById('filter'));
const [compare, save] = form.querySelectorAll('button');

function ticked() {
	return new FormData(form).getAll('id').map(String);
}

function show() {
	const { length } = ticked();
	compare.setAttribute('aria-disabled', String(length !== 2));
	save.textContent = length ? `Save ${length} as HAR` : 'Save all as HAR';
}

document.addEventListener('change', ({ target }) => {
	if (/** @type {Element} */ (target).matches('#rows input')) show();
});

form.addEventListener('submit', (event) => {
	if (event.submitter !== compare) return;
	event.preventDefault();
	const [newer, older, more] = ticked();
	if (!older || more) {
		document.getElementById('arrivals').textContent = 'Tick two requests in the list to compare them.';
		return;
	}
	document.dispatchEvent(new CustomEvent('sent', { detail: `/inspector/${older}?with=${newer}` }));
});

filter.addEventListener('change', () => {
	for (const [name, value] of new FormData(filter)) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = String(value);
	show();
});
show();

/* Cleared */

const cleared = document.getElementById('cleared');
if (cleared) {
	const until = Date.now() + Number(cleared.dataset.seconds) * 1000;
	const button = cleared.querySelector('button');
	const timer = setInterval(() => {
		const left = Math.ceil((until - Date.now()) / 1000);
		button.textContent = `Undo (${left} s)`;
		if (left > 0) return;
		clearInterval(timer);
		cleared.remove();
	}, 250);
}
