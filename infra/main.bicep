targetScope = 'subscription'

@description('Name of the environment; the resource group is rg-{name}.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of all resources. Flex Consumption is not in every region.')
param location string

@description('Plan of the Function App: flex (Flex Consumption) or premium (EP1).')
@allowed(['flex', 'premium'])
param plan string = 'flex'

@description('Where the task hub is: storage (Azure Storage) or scheduler (Durable Task Scheduler).')
@allowed(['storage', 'scheduler'])
param durableBackend string = 'storage'

@description('Major version of Node.js.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Most instances of a Flex Consumption app.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Instances of a Flex Consumption app that always run orchestrators and activities; 0: none, and a start after a pause takes seconds.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('Base URL of the image provider (IMAGE_PROVIDER_URL).')
@minLength(1)
param imageProviderUrl string

@description('Base URL of the plate reader (PLATE_READER_URL).')
@minLength(1)
param plateReaderUrl string

@description('Base URL of the ML service for bank statements (BANK_MAP_ML_URL). Empty with BANK_MAP_ML_DRIVER azureml in settings.')
param bankMapMlUrl string = ''

@description('Base URL of the analyzer of files (ANALYZER_URL). Empty: nobody is told of analyses.')
param analyzerUrl string = ''

@description('Further settings of docs/configuration.md, by their names. They have precedence over those of this template.')
@secure()
param settings object = {}

var tags = { 'azd-env-name': environmentName }
var suffix = uniqueString(subscription().id, environmentName, location)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module resources 'modules/resources.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    plan: plan
    durableBackend: durableBackend
    nodeVersion: nodeVersion
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    serviceSettings: {
      IMAGE_PROVIDER_URL: imageProviderUrl
      PLATE_READER_URL: plateReaderUrl
      BANK_MAP_ML_URL: bankMapMlUrl
      ANALYZER_URL: analyzerUrl
    }
    settings: settings
  }
}

@description('Base URL of the app.')
output APP_URL string = resources.outputs.url

@description('Name of the Function App, for func azure functionapp publish.')
output APP_NAME string = resources.outputs.appName

@description('Name of the storage account.')
output STORAGE_ACCOUNT_NAME string = resources.outputs.storageAccountName
