// The model in use: its card, training, going back.
import type { ModelCard } from '../../contract/models.ts';
import type { EngineParts } from '../parts.ts';

export function modelMethods({ spaces, jobs }: Pick<EngineParts, 'spaces' | 'jobs'>) {
  return {
    getModelCard: (): ModelCard => spaces.current.models.card(),

    trainModel(): null {
      spaces.current.models.trainNow();
      jobs.publish();
      return null;
    },

    cancelTraining(): null {
      spaces.current.models.cancel();
      return null;
    },

    restorePreviousModel(): null {
      spaces.current.models.restorePrevious();
      jobs.publish();
      return null;
    },
  };
}
