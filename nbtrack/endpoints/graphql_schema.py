"""The GraphQL types of MLflow, as far as they are about experiments, runs and their artifacts."""

SCHEMA = """
scalar LongString

type Query {
  mlflowGetExperiment(input: MlflowGetExperimentInput): MlflowGetExperimentResponse
  mlflowGetRun(input: MlflowGetRunInput): MlflowGetRunResponse
  mlflowListArtifacts(input: MlflowListArtifactsInput): MlflowListArtifactsResponse
  mlflowGetMetricHistoryBulkInterval(
    input: MlflowGetMetricHistoryBulkIntervalInput): MlflowGetMetricHistoryBulkIntervalResponse
  test(inputString: String): Test
}
type Mutation {
  mlflowSearchRuns(input: MlflowSearchRunsInput): MlflowSearchRunsResponse
  mlflowSearchDatasets(input: MlflowSearchDatasetsInput): MlflowSearchDatasetsResponse
  testMutation(inputString: String): Test
}

input MlflowGetExperimentInput { experimentId: String }
input MlflowGetRunInput { runId: String, runUuid: String }
input MlflowListArtifactsInput { runId: String, runUuid: String, path: String, pageToken: String }
input MlflowGetMetricHistoryBulkIntervalInput {
  runIds: [String], metricKey: String, startStep: Int, endStep: Int, maxResults: Int
}
input MlflowSearchRunsInput {
  experimentIds: [String], filter: String, runViewType: String, maxResults: Int, orderBy: [String], pageToken: String
}
input MlflowSearchDatasetsInput { experimentIds: [String] }

type MlflowGetExperimentResponse { experiment: MlflowExperiment, apiError: ApiError }
type MlflowGetRunResponse { run: MlflowRun, apiError: ApiError }
type MlflowListArtifactsResponse {
  rootUri: String, files: [MlflowFileInfo!], nextPageToken: String, apiError: ApiError
}
type MlflowGetMetricHistoryBulkIntervalResponse { metrics: [MlflowMetricWithRunId!], apiError: ApiError }
type MlflowSearchRunsResponse { runs: [MlflowRun!], nextPageToken: String, apiError: ApiError }
type MlflowSearchDatasetsResponse { datasetSummaries: [MlflowDatasetSummary!], apiError: ApiError }
type ApiError { code: String, message: String, helpUrl: String }
type Test { output: String }

type MlflowExperiment {
  experimentId: String, name: String, artifactLocation: String, lifecycleStage: String, lastUpdateTime: LongString,
  creationTime: LongString, tags: [MlflowTag!], effectiveTraceArchivalRetention: String
}
type MlflowRun {
  info: MlflowRunInfo, data: MlflowRunData, inputs: MlflowRunInputs, outputs: MlflowRunOutputs,
  experiment: MlflowExperiment, modelVersions: [MlflowModelVersion!]
}
type MlflowRunInfo {
  runId: String, runUuid: String, runName: String, experimentId: String, userId: String, status: String,
  startTime: LongString, endTime: LongString, artifactUri: String, lifecycleStage: String
}
type MlflowRunData { metrics: [MlflowMetric!], params: [MlflowTag!], tags: [MlflowTag!] }
type MlflowRunInputs { datasetInputs: [MlflowDatasetInput!], modelInputs: [MlflowModelInput!] }
type MlflowRunOutputs { modelOutputs: [MlflowModelOutput!] }
type MlflowTag { key: String, value: String }
type MlflowMetric { key: String, value: Float, timestamp: LongString, step: LongString, modelId: String }
type MlflowMetricWithRunId { key: String, value: Float, timestamp: LongString, step: LongString, runId: String }
type MlflowDatasetInput { tags: [MlflowTag!], dataset: MlflowDataset }
type MlflowDataset {
  name: String, digest: String, sourceType: String, source: String, schema: String, profile: String
}
type MlflowModelInput { modelId: String }
type MlflowModelOutput { modelId: String, step: LongString }
type MlflowModelVersion { name: String, version: String, status: String, source: String }
type MlflowFileInfo { path: String, isDir: Boolean, fileSize: LongString }
type MlflowDatasetSummary { experimentId: String, name: String, digest: String, context: String }
"""
