/** The token door's account page: shows what the kept token opens. */

import { kept } from '../token-client.js';
import { openCard } from './token-card.js';

if (kept()) openCard();
else document.querySelector('#no-token').hidden = false;
