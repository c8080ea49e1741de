/**
 * What a browser would send for a form, with the button that was pressed.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} [button]
 */
export function bodyOf(form, button) {
	return new URLSearchParams([...new FormData(form, button)].map(([name, value]) => [name, String(value)]));
}
