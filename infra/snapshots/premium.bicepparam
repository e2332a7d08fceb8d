using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param plan = 'premium'
param durableBackend = 'scheduler'
param imageProviderUrl = 'https://images.test'
param plateReaderUrl = 'https://reader.test'
param analyzerUrl = 'https://analyzer.test'
param settings = {
  BANK_MAP_ML_DRIVER: 'azureml'
  BANK_MAP_AZUREML_ENDPOINT: 'https://maps.test/jobs'
  BANK_MAP_AZUREML_WORKSPACE: '/subscriptions/0-1/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml'
  BANK_MAP_AZUREML_OUTPUT: 'https://outputs.test/container'
}
