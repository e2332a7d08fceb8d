@description('Region of all resources.')
param location string

@description('Tags of all resources.')
param tags object

@description('End of the names of resources, which makes them unique.')
param suffix string

@allowed(['flex', 'premium'])
param plan string

@allowed(['storage', 'scheduler'])
param durableBackend string

param nodeVersion string
param maximumInstances int
param alwaysReadyInstances int

@description('Settings with the addresses of the outside services.')
param serviceSettings object

@description('Further settings of the app.')
@secure()
param settings object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-longhaul-${suffix}'
  location: location
  tags: tags
}

module storage 'storage.bicep' = {
  params: {
    name: 'stlh${suffix}'
    location: location
    tags: tags
    principalId: identity.properties.principalId
    hasTaskHub: durableBackend == 'storage'
  }
}

module monitoring 'monitoring.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    principalId: identity.properties.principalId
  }
}

module scheduler 'scheduler.bicep' = if (durableBackend == 'scheduler') {
  params: {
    name: 'dts-longhaul-${suffix}'
    location: location
    tags: tags
    principalId: identity.properties.principalId
  }
}

module app 'app.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    plan: plan
    nodeVersion: nodeVersion
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    identityId: identity.id
    identityClientId: identity.properties.clientId
    storageAccountName: storage.outputs.name
    packagesUrl: storage.outputs.packagesUrl
    insightsConnectionString: monitoring.outputs.connectionString
    durableBackend: durableBackend
    schedulerEndpoint: durableBackend == 'scheduler' ? scheduler!.outputs.endpoint : ''
    serviceSettings: serviceSettings
    settings: settings
  }
}

output url string = app.outputs.url
output appName string = app.outputs.name
output storageAccountName string = storage.outputs.name
