/** The token door's account page: shows what the kept token opens. */

import { kept, refresh } from '../token-client.js';
import { openCard } from './token-card.js';

// A token that was in the memory of another page is gone; the refresh token in the
// cookie gets another one.
if (kept() || await refresh()) openCard();
else document.getElementById('no-token').hidden = false;
