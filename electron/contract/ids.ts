// How rows are named in messages.
import { z } from 'zod';

export const id = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
