import { fetchWithToken, token } from '../token-client.js';
import { reach } from './room.js';

/**
 * Calls both doors as whoever this browser is logged in as, so that the traces show what the browser's credentials are
 * still worth. What it was never logged in with it does not send.
 */
export async function calls() {
	await reach('/api/session/me').catch(() => {});
	if (token()) await fetchWithToken('/api/token/me').catch(() => {});
}
