param suffix string
param location string
param tags object

@allowed(['flex', 'premium'])
param plan string

param nodeVersion string
param maximumInstances int
param alwaysReadyInstances int

@description('Resource id of the identity of the app.')
param identityId string
param identityClientId string

param storageAccountName string

@description('URL of the container of packages.')
param packagesUrl string

param insightsConnectionString string

@allowed(['storage', 'scheduler'])
param durableBackend string

@description('Endpoint of the Durable Task Scheduler, if that is the backend.')
param schedulerEndpoint string

param serviceSettings object

@secure()
param settings object

var isFlex = plan == 'flex'

var commonSettings = {
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsDisableHomepage: 'true'
  AZURE_CLIENT_ID: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
}

// The settings name what host.json leaves open, so that one package serves both backends.
var schedulerSettings = durableBackend == 'storage'
  ? {}
  : {
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
    }

// Without a shared key there is no file share: the app of a Premium plan runs from a blob.
var premiumSettings = isFlex
  ? {}
  : {
      FUNCTIONS_EXTENSION_VERSION: '~4'
      FUNCTIONS_WORKER_RUNTIME: 'node'
      WEBSITE_RUN_FROM_PACKAGE: '${packagesUrl}/longhaul.zip'
      WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
    }

resource farm 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-longhaul-${suffix}'
  location: location
  tags: tags
  kind: isFlex ? 'functionapp' : 'elastic'
  sku: isFlex ? { tier: 'FlexConsumption', name: 'FC1' } : { tier: 'ElasticPremium', name: 'EP1' }
  properties: union({ reserved: true }, isFlex ? {} : { maximumElasticWorkerCount: 20 })
}

var flexConfig = {
  deployment: {
    storage: {
      type: 'blobContainer'
      value: packagesUrl
      authentication: {
        type: 'UserAssignedIdentity'
        userAssignedIdentityResourceId: identityId
      }
    }
  }
  runtime: { name: 'node', version: nodeVersion }
  scaleAndConcurrency: {
    instanceMemoryMB: 2048
    maximumInstanceCount: maximumInstances
    alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'durable', instanceCount: alwaysReadyInstances }] : []
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-longhaul-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: farm.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    functionAppConfig: isFlex ? flexConfig : null
    siteConfig: union(
      { ftpsState: 'Disabled', http20Enabled: true, minTlsVersion: '1.2', scmMinTlsVersion: '1.2' },
      isFlex
        ? {}
        : {
            healthCheckPath: '/health'
            linuxFxVersion: 'Node|${nodeVersion}'
            minimumElasticInstanceCount: 1
          }
    )
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(commonSettings, schedulerSettings, premiumSettings, serviceSettings, settings)
  }

  // Publishing by a password is off: the tools publish with the token of the user or the workflow.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
