// Holds the connections to all servers that compress, of which one at a time is kept busy.

import { answerForMany } from '../answer-for-many.ts';
import { DeflateLoad, type DeflateLoadOptions } from '../deflate-load.ts';

answerForMany((options: DeflateLoadOptions) => DeflateLoad.connect(options));
