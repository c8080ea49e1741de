/**
 * The window of the lab about storage. There is one at a time: each press closes the one before.
 */

/** Tells windows that came back from another site to close. */
export const closing = new BroadcastChannel('lab-window');

/** @type {Window | null} */
let opened = null;

/** Closes the window that is open, if there is one. */
export function closeWindow() {
	opened?.close();
	opened = null;
	closing.postMessage('close');
}

/**
 * Opens a window and does something with it. It opens in the press itself: a moment later a browser
 * would block it as a popup that nobody asked for.
 *
 * @param {(opened: Window) => Promise<string>} what
 */
export async function inWindow(what) {
	closeWindow();
	opened = window.open('', '_blank', 'popup,width=620,height=520');
	if (!opened) throw new Error('Your browser blocked the new window. Allow windows for this site, and press again.');
	try {
		return await what(opened);
	} catch (error) {
		closeWindow();
		throw error;
	}
}
