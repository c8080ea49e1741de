/**
 * How long a token lasts, and until when it can be refreshed: by what the token says, and by the
 * server's clock.
 */

import { inRoom } from './room.js';

/** @typedef {import('./decode.js').Claims} Claims */

/**
 * @param {Claims|undefined} claims
 * @returns {number} seconds until the token expires, NaN without one
 */
export function secondsLeft(claims) {
	return claims?.exp - Date.now() / 1000 - Number(localStorage.getItem(SKEW));
}

/**
 * @param {Claims|undefined} claims
 * @returns {number} how long before it expires a token is refreshed, in seconds
 */
export function ahead(claims) {
	return Math.max(1.5, Math.min(30, (claims?.exp - claims?.iat) / 5));
}

/** @returns {boolean} whether there is a refresh token to use */
export function refreshable() {
	return Number(localStorage.getItem(inRoom(UNTIL))) > Date.now();
}

/** No script sees the refresh token, so we note until when there is one. */
const UNTIL = 'refresh-until';

/** @param {number} seconds 0 when there is none any more */
export function canRefreshFor(seconds) {
	if (seconds) localStorage.setItem(inRoom(UNTIL), String(Date.now() + seconds * 1000));
	else localStorage.removeItem(inRoom(UNTIL));
}

/**
 * The server's clock decides, and ours may be wrong: then by how many seconds.
 * Up to two are rounding and the way here.
 */
const SKEW = 'clock-skew';

/** @param {number} issued when the server signed the token that has just come, by its clock */
export function setClock(issued) {
	const skew = issued - Date.now() / 1000;
	localStorage.setItem(SKEW, String(Math.abs(skew) > 2 ? skew : 0));
}
