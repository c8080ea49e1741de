/**
 * What browsers offer to pages that came over HTTPS or from localhost only (secure
 * contexts), and what to do where they do not.
 */

/** Why this page has no Web Crypto, in sentences; empty when it has. */
export const noCrypto = crypto.subtle ? '' : 'Checking and making signatures takes the browser’s cryptography (Web Crypto), which browsers offer on HTTPS and on localhost only. '
	+ `This page came over plain HTTP from ${location.hostname}. Open the site in one of those ways, or use the command twodoors token verify in a terminal.`;

/** Stops what takes Web Crypto before it has begun. */
export function needCrypto() {
	if (noCrypto) throw new Error(noCrypto);
}

/**
 * Copies a text. Where a page may not write to the clipboard, the text is shown, selected.
 *
 * @param {string} text
 * @param {Element} beside where it is shown, at the end
 * @returns {Promise<string>} what was done, in sentences
 */
export async function copy(text, beside) {
	try {
		await navigator.clipboard.writeText(text); // there is no clipboard without HTTPS, and the browser may refuse
		return 'Copied.';
	} catch {
		const field = /** @type {HTMLTextAreaElement | null} */ (beside.querySelector('[data-copied]'))
			?? Object.assign(document.createElement('textarea'), { readOnly: true, rows: 4, className: 'mono' });
		field.setAttribute('data-copied', '');
		field.setAttribute('aria-label', 'What to copy');
		field.value = text;
		beside.append(field);
		field.select();
		return 'Browsers let a page copy on HTTPS and on localhost only. The text is selected: press Ctrl+C, or ⌘C.';
	}
}
