/**
 * The buttons that copy: the command beside them, or what they name themselves. A command that holds the visitor's
 * seat is shown without it, and copied with it.
 */

/** @param {HTMLElement} button */
export async function press(button) {
	const code = button.parentElement.querySelector('code');
	button.dataset.label ??= button.textContent;
	const copied = await copy(button.dataset.copy || code.textContent, code ?? button);
	button.textContent = copied ? 'Copied' : 'Selected: Ctrl+C';
	setTimeout(() => { button.textContent = button.dataset.label; }, 2000);
}

/** What goes on the clipboard in place of what is selected. @type {{text: string, shown: Node} | null} */
let held = null;

/**
 * Copies a text, which need not be the one that is shown. Over plain HTTP a page has navigator.clipboard on localhost
 * only; there the selection is copied, and the listener below replaces it.
 *
 * @param {string} text
 * @param {Node} shown
 * @returns {Promise<boolean>} whether it is copied; if not, the visitor's own Ctrl+C does it
 */
async function copy(text, shown) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		held = { text, shown };
	}
	getSelection().selectAllChildren(shown);
	if (!document.execCommand('copy')) return false;
	held = null;
	getSelection().removeAllRanges();
	return true;
}

document.addEventListener('copy', (event) => {
	if (!held || !getSelection().containsNode(held.shown, true)) return;
	event.clipboardData.setData('text/plain', held.text);
	event.preventDefault();
});
