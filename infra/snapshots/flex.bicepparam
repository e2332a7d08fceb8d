using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param imageProviderUrl = 'https://images.test'
param plateReaderUrl = 'https://reader.test'
param bankMapMlUrl = 'https://ml.test'
