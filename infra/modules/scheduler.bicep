param name string
param location string
param tags object

@description('The identity of the app.')
param principalId string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/integration
var durableTaskDataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: { name: 'Consumption' }
    ipAllowlist: ['0.0.0.0/0'] // an empty list lets no one in; callers need a role all the same
  }

  @description('The hubName of host.json.')
  resource taskHub 'taskHubs' = {
    name: 'Longhaul'
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::taskHub.id, name, durableTaskDataContributor)
  scope: scheduler::taskHub
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', durableTaskDataContributor)
  }
}

output endpoint string = scheduler.properties.endpoint
