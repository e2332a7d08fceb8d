import { type DotnetException } from './responses.js';

/** The exceptions of the genuine host that clients of the management API see (recorded; source: DurableClient.cs). */

const EXTENSION = 'Microsoft.Azure.WebJobs.Extensions.DurableTask';
const SOURCE = '/_/src/WebJobs.Extensions.DurableTask';
const CLIENT = `${SOURCE}/ContextImplementations/DurableClient.cs`;
const CLIENT_METHOD = `${EXTENSION}.DurableClient.${EXTENSION}.IDurableOrchestrationClient`;

export function unknownConnection(name: string): DotnetException {
  return {
    type: 'System.InvalidOperationException',
    message: `Unable to resolve the Azure Storage connection named '${name}'.`,
    thrownBy: `${EXTENSION}.Storage.StorageServiceClientProviderFactory.GetBlobClientProvider(String connectionName) in ${SOURCE}/Storage/StorageServiceClientProviderFactory.cs:line 48`,
  };
}

export function noInstance(id: string): DotnetException {
  return {
    type: 'System.ArgumentException',
    message: `No instance with ID '${id}' was found. (Parameter 'instanceId')`,
    thrownBy: `${EXTENSION}.DurableClient.GetOrchestrationInstanceStateAsync(TaskHubClient client, String instanceId) in ${CLIENT}:line 821`,
  };
}

export function cannotChange(operation: 'suspend' | 'resume', id: string, status: string): DotnetException {
  const [method, line] = operation === 'suspend' ? ['SuspendAsync', 429] : ['ResumeAsync', 450];
  return {
    type: 'System.InvalidOperationException',
    message: `Cannot ${operation} the orchestration instance ${id} because instance is in the ${status} state.`,
    thrownBy: `${CLIENT_METHOD}.${method}(String instanceId, String reason) in ${CLIENT}:line ${line}`,
  };
}

export function instanceExists(message: string): DotnetException {
  return {
    type: 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    message,
    thrownBy:
      'DurableTask.AzureStorage.AzureStorageOrchestrationService.CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[] dedupeStatuses) in /_/src/DurableTask.AzureStorage/AzureStorageOrchestrationService.cs:line 1795',
  };
}

export function badTimes(message: string): DotnetException {
  return {
    type: 'System.ArgumentException',
    message,
    thrownBy: `${EXTENSION}.HttpApiHandler.WaitForCompletionOrCreateCheckStatusResponseAsync(HttpRequestMessage request, String instanceId, DurableClientAttribute attribute, TimeSpan timeout, TimeSpan retryInterval, Boolean returnInternalServerErrorOnFailure) in ${SOURCE}/HttpApiHandler.cs`,
  };
}

/** An orchestration has the id of an entity, and its input is not the state of an entity. @param value JSON text */
export function noSchedulerState(value: string): DotnetException {
  return {
    type: 'Newtonsoft.Json.JsonSerializationException',
    message: `Error converting value ${value} to type 'DurableTask.Core.Entities.SchedulerState'. Path '', line 1, position ${value.length}.`,
    thrownBy:
      'Newtonsoft.Json.Serialization.JsonSerializerInternalReader.EnsureType(JsonReader reader, Object value, CultureInfo culture, JsonContract contract, Type targetType)',
    awaitedBy: 'DurableTask.AzureStorage.Tracking.EntityTrackingStoreQueries.QueryEntitiesAsync',
  };
}

export const STORAGE_REFUSES: DotnetException = {
  type: 'DurableTask.AzureStorage.Storage.DurableTaskStorageException',
  message: 'An error occurred while communicating with Azure Storage',
  thrownBy:
    'DurableTask.AzureStorage.Storage.ClientResponseExtensions.DecoratedAsyncPageable`1.DecoratedPageEnumerable.DecoratedPageEnumerator.MoveNextAsync() in /_/src/DurableTask.AzureStorage/Storage/ClientResponseExtensions.cs:line 90',
};

export const TIME_TOO_LONG: DotnetException = {
  type: 'System.OverflowException',
  message: 'TimeSpan overflowed because the duration is too long.',
  thrownBy: 'System.TimeSpan.IntervalFromDoubleTicks(Double ticks)',
};
