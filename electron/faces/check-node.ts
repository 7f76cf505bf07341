// Imported before anything else by what can be started outside npm.
import { nodeTooOld } from './node-version.ts';

const complaint = nodeTooOld(process.versions.node);
if (complaint) {
  console.error(complaint);
  process.exit(1);
}
// Calls into native code (decoding, inference) each take a thread of this pool while they run.
process.env.UV_THREADPOOL_SIZE ??= '16';
