/**
 * What one tab of this browser tells the others. They share the session cookie, so a logout in one
 * ends the session of all: the next request of each is refused. The others need not wait for that to
 * show it.
 */

import { room } from './room.js';

const channel = new BroadcastChannel('session');

/** Tells the other tabs that this one has logged out at the session door. */
export function loggedOut() {
	channel.postMessage(room());
}

/**
 * Does something when another tab of the same room has logged out at the session door.
 *
 * @param {() => void} then
 */
export function whenLoggedOut(then) {
	channel.addEventListener('message', ({ data }) => {
		if (data === room()) then();
	});
}
