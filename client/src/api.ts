// Written by dev/write-openapi.cjs from docs/openapi.json.

export interface paths {
    "/api/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a zip of ledgers and bank-statement lines, and starts a job that maps the lines
         * @description The zip is checked and stored while it arrives. Existing clients require 200, not 202. Needs a function key.
         */
        post: operations["submitStatements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/result/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The mappings, once the job is completed
         * @description Needs a function key.
         */
        get: operations["getMappings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The status of a job
         * @description Needs a function key.
         */
        get: operations["getStatementsJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists books, in the order of their ids
         * @description Needs a function key.
         */
        get: operations["listBooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/books/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets a book with its versions and the files of the current one
         * @description Needs a function key.
         */
        get: operations["getBook"];
        put?: never;
        post?: never;
        /**
         * Deletes a book with its files, and ends its upload
         * @description Needs a function key.
         */
        delete: operations["deleteBook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/books/{id}:upload-finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verifies the uploaded files, and makes the new version the current one
         * @description Needs a function key.
         */
        post: operations["finishBookUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/books/{id}:upload-start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prepares a new version of a book, and says which files the client has to upload
         * @description Files of the current version with the same path and hash are copied. `id` is `new` for a new book. Needs a function key.
         */
        post: operations["startBookUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/books/{id}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Redirects to a file of the current version
         * @description Needs a function key.
         */
        get: operations["getBookFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cinema/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Analyses in the order in which they were made
         * @description Needs a function key.
         */
        get: operations["listAnalyses"];
        put?: never;
        /**
         * Starts an analysis of a file
         * @description A form sends the file as `upload`, or its number as `file_id`. Needs a function key.
         */
        post: operations["startAnalysis"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cinema/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An analysis
         * @description Needs a function key.
         */
        get: operations["getAnalysis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cinema/{id}/restart/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts an analysis that has ended again
         * @description It gets a new key and a new operation. The result of before can be read until a new one is stored. Needs a function key.
         */
        post: operations["restartAnalysis"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cinema/{id}/result/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The result of an analysis, as the analyzer posted it
         * @description `scenes` is a page of the scenes; all other members are whole. Needs a function key.
         */
        get: operations["getAnalysisResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/comments/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the comments in the order in which they were made
         * @description Needs a function key.
         */
        get: operations["listComments"];
        put?: never;
        /**
         * Adds a comment on an analysis
         * @description Needs a function key.
         */
        post: operations["addComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/comments/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets a comment
         * @description Needs a function key.
         */
        get: operations["getComment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/csrftoken/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets the token of calls that change files and lists, as a value and as a cookie
         * @description Needs no function key.
         */
        get: operations["getCsrfToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/download/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bytes of an analyzed file, by its reference key
         * @description With `Accept: text/event-stream` the live events of the analysis with this token. Needs no function key.
         */
        get: operations["downloadFile"];
        put?: never;
        /**
         * Posts the result of an analysis
         * @description Needs no function key.
         */
        post: operations["postResultToKey"];
        delete?: never;
        options?: never;
        /**
         * The headers of a download, which does not begin
         * @description Needs no function key.
         */
        head: operations["describeFile"];
        patch?: never;
        trace?: never;
    };
    "/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists endpoints, in the order of their ids, without keys and secrets
         * @description Needs a function key.
         */
        get: operations["listEndpoints"];
        put?: never;
        /**
         * Creates an endpoint and its API key
         * @description If the answer is lost, the key is too: rotate it. Needs a function key.
         */
        post: operations["createEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets an endpoint, without keys and secrets
         * @description Needs a function key.
         */
        get: operations["getEndpoint"];
        put?: never;
        post?: never;
        /**
         * Deletes an endpoint and its keys
         * @description Its calls are answered 401 from then on. Requests that run end, others fail. Needs a function key.
         */
        delete: operations["deleteEndpoint"];
        options?: never;
        head?: never;
        /**
         * Changes the given settings of an endpoint, within two seconds
         * @description A JSON merge patch: to replace a URL by a kind, send `{"worker": {"url": null, "kind": "…"}}`. Needs a function key.
         */
        patch: operations["updateEndpoint"];
        trace?: never;
    };
    "/endpoints/{id}:rotateKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a new API key of an endpoint, or ends the old one
         * @description Needs a function key.
         */
        post: operations["rotateEndpointKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/endpoints/{id}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the requests of an endpoint, newest first, without inputs and results
         * @description All that are stored: those of the last 48 hours. Needs a function key.
         */
        get: operations["listEndpointRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/endpoints/{id}/requests:clean": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drops all queued asynchronous requests
         * @description Needs a function key.
         */
        post: operations["cleanEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/endpoints/{id}/requests/{requestID}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a request, queued or running
         * @description Needs a function key.
         */
        post: operations["cancelEndpointRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/endpoints/{id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last 60 minutes of an endpoint, the current one last
         * @description Needs a function key.
         */
        get: operations["getEndpointStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The files, in the order in which their uploads began
         * @description Needs a function key.
         */
        get: operations["listFiles"];
        put?: never;
        /**
         * Uploads a file in one request
         * @description The file is stored while it arrives. Larger files, and those of unreliable lines, go by tus. Needs a function key.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file
         * @description Needs a function key.
         */
        get: operations["getFile"];
        put?: never;
        post?: never;
        /**
         * Deletes a file
         * @description Needs a function key.
         */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/tus/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins an upload of up to 5 GB by tus
         * @description Needs a function key.
         */
        post: operations["createTusUpload"];
        delete?: never;
        /**
         * What of the tus protocol is served
         * @description Needs a function key.
         */
        options: operations["getTusOptions"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/tus/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * PATCH or DELETE, for clients that can send neither
         * @description Needs a function key.
         */
        post: operations["overrideTusMethod"];
        /**
         * Ends an upload that is not whole
         * @description Needs a function key.
         */
        delete: operations["deleteTusUpload"];
        options?: never;
        /**
         * How many bytes of an upload are stored
         * @description Needs a function key.
         */
        head: operations["getTusUpload"];
        /**
         * Appends bytes to an upload
         * @description Needs a function key.
         */
        patch: operations["appendToTusUpload"];
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether storage and the task hub answer
         * @description Needs no function key.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API as an OpenAPI 3.1 document
         * @description Needs no function key.
         */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plates/{imageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The license plate on one image, in the answer
         * @description Waits up to 25 s; an operation that takes longer is answered as a start is. Needs a function key.
         */
        get: operations["getPlate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plates/{imageId}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The image, as the image provider sends it
         * @description A JPEG, PNG or WebP up to 20 MiB, streamed; the app keeps nothing. The connection ends early when it breaks off. Needs a function key.
         */
        get: operations["getPlateImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plates/recognize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads the license plate on one image
         * @description The image is named by its id, or is the body itself. Needs a function key.
         */
        post: operations["recognizePlate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plates/recognize-batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads the license plates on many images
         * @description Succeeds when every image has a result, which may be an error. Needs a function key.
         */
        post: operations["recognizePlates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recommend/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the recommendations in the order in which they were made
         * @description Needs a function key.
         */
        get: operations["listRecommendations"];
        put?: never;
        /**
         * Adds a recommendation: the rating of an analysis, with a comment of the user
         * @description Needs a function key.
         */
        post: operations["addRecommendation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recommend/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets a recommendation
         * @description Needs a function key.
         */
        get: operations["getRecommendation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/record/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Posts the result of an analysis
         * @description Needs no function key.
         */
        post: operations["postResult"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sse/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The status of an analysis and the URL of its download, immediately and at every change
         * @description By the number of the analysis. The token of `POST /cinema/` opens it without a function key. Needs a function key.
         */
        get: operations["watchAnalysis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Operations, newest first, without their results
         * @description Needs a function key.
         */
        get: operations["listOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status:batchGet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The status monitors of up to 100 operations
         * @description A result over 64 KiB is given by `resultLocation` only. Needs no function key.
         */
        post: operations["getOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels many operations
         * @description With a filter, those that have not ended. An operation does it, with one outcome for each. Operations that start after it, and itself, are not concerned. Needs a function key.
         */
        post: operations["cancelOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status:delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deletes many operations that have ended
         * @description With a filter, those that have ended. An operation does it, with one outcome for each. Operations that start after it, and itself, are not concerned. Needs a function key.
         */
        post: operations["deleteOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The status monitor of an operation
         * @description Needs no function key.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        /**
         * Deletes a finished operation, its inputs and results
         * @description Needs a function key.
         */
        delete: operations["deleteOperation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks an operation to stop
         * @description Running work and its calls to services are aborted within about two seconds. Needs a function key.
         */
        post: operations["cancelOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}:retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts an operation again that failed, was canceled, or succeeded with failed items
         * @description A new operation of the same kind with the same input. A second retry is answered with the operation of the first; to try again, retry that one. Needs a function key.
         */
        post: operations["retryOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The attempts at the webhook of an operation
         * @description Needs a function key.
         */
        get: operations["getDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}/deliveries:redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends the event of an ended operation again, now
         * @description Needs a function key.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The status monitor immediately and at every change, as server-sent events
         * @description Each event is a `status` whose data is the monitor and whose id is its ETag. The stream ends after a final monitor; resume one that ends or breaks earlier. Needs no function key.
         */
        get: operations["watchOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened in an operation, in the order in which it began
         * @description Steps, waits and events with their times, those of sub-orchestrations among them. Of more than 1,000 the first and the last 500. Needs a function key.
         */
        get: operations["getOperationHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The result of an operation, alone
         * @description As JSON or, for kinds whose result is a table, as CSV with `Accept: text/csv`. Needs no function key.
         */
        get: operations["getOperationResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upstreams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The services that the app calls
         * @description Needs a function key.
         */
        get: operations["listUpstreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upstreams/{name}:pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops all calls of a service
         * @description Processes of the app stop within 5 s. Operations wait until the service is resumed. Needs a function key.
         */
        post: operations["pauseUpstream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/upstreams/{name}:resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allows calls of a service again
         * @description Operations that wait go on within 10 s. A repeated call is answered the same. Needs a function key.
         */
        post: operations["resumeUpstream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{serverlessId}/async": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts a request into the queue; its result goes to the webhook
         * @description Needs a key of the endpoint.
         */
        post: operations["queueRequest"];
        /**
         * Cancels one request, queued or running, or drops all queued requests
         * @description Needs a key of the endpoint.
         */
        delete: operations["cancelRequests"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{serverlessId}/requests/{requestID}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The attempts at the webhook of a request, until a day after its end
         * @description Needs a function key.
         */
        get: operations["getRequestDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{serverlessId}/requests/{requestID}/deliveries:redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends the webhook of an ended request again, now
         * @description For 30 minutes after the end of the request, as long as its result is shown. Needs a function key.
         */
        post: operations["redeliverRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{serverlessId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets the length of the queue, or one request
         * @description Needs a key of the endpoint.
         */
        get: operations["getQueueOrRequest"];
        put?: never;
        /**
         * Gets up to 100 requests
         * @description Needs a key of the endpoint.
         */
        post: operations["getRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/{serverlessId}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts a request into the queue and answers with its result
         * @description Needs a key of the endpoint.
         */
        post: operations["runRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/violations:load": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the base list of violations by the rows of a spreadsheet, all or none
         * @description Columns are found by their names: `violations`, `context` and `age`. Needs a function key.
         */
        post: operations["loadViolations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/violations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the violations in the order in which they were made
         * @description Needs a function key.
         */
        get: operations["listViolations"];
        /**
         * Replaces the violation that the body names
         * @description Needs a function key.
         */
        put: operations["replaceViolationOfBody"];
        /**
         * Adds a violation to the base list
         * @description Needs a function key.
         */
        post: operations["addViolation"];
        /**
         * Deletes the violation that the query names
         * @description Needs a function key.
         */
        delete: operations["deleteViolationOfQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/violations/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gets a violation
         * @description Needs a function key.
         */
        get: operations["getViolation"];
        /**
         * Replaces a violation
         * @description Needs a function key.
         */
        put: operations["replaceViolation"];
        post?: never;
        /**
         * Deletes a violation
         * @description Needs a function key.
         */
        delete: operations["deleteViolation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What went wrong, as clients of the bank-statement mapping know it. */
        BankMapError: {
            error: string;
            trace_id: string;
        };
        BankMapItem: {
            name: string;
            no: string;
            type: string;
        };
        BankMapResult: {
            company: string;
            info: {
                [key: string]: unknown;
            };
            /** @description In the order of the lines’ dates. */
            mappings: {
                /** @description Absent for a line of more than 60 days ago. */
                alternatives?: {
                    /** @description Values of the features, by name. */
                    details: {
                        [key: string]: number;
                    };
                    item: components["schemas"]["BankMapItem"];
                    /** @constant */
                    recommended: false;
                    similarity: number;
                }[];
                entry: {
                    amount: number | null;
                    bank_account: string;
                    currency: string;
                    /** @description Such as 2026-11-24T00:00:00. */
                    date: string;
                    /** @description The name of the other party. */
                    desc: string;
                    /** @description As the line has it. */
                    id: string | number | null;
                    msg: string;
                    /** @enum {string} */
                    type: "Credit" | "Debit";
                };
                /** @description Empty for a line of more than 60 days ago, absent without accounts and documents. */
                main?: {
                    /** @description With `docs`. */
                    amount_remaining?: number;
                    /** @description How sure it is, from 0 to 1. */
                    confidence_score: number;
                    /** @description Not for a rule. */
                    details?: {
                        [key: string]: number;
                    };
                    /** @description For a customer or vendor that was chosen by similarity. */
                    docs?: {
                        item: {
                            /** @description What remains to be paid. */
                            amount: number;
                            currency: string;
                            /** @description Such as 2026-12-01T00:00:00. */
                            due: string;
                            ext_no: string;
                            no: string;
                            /** @enum {string} */
                            type: "Invoice" | "Credit Memo";
                        };
                        /** @enum {string} */
                        reason: "one && amount" | "sf && amount" | "sf" | "sf sim && amount" | "sf sim" | "amount";
                        /** @description The part of the line’s amount that is applied to it. */
                        sum: number;
                    }[];
                    item: components["schemas"]["BankMapItem"];
                    recommended: boolean;
                    similarity: number;
                    /** @description With `docs`. */
                    total_applied?: number;
                    /** @enum {string} */
                    type: "Similarity" | "Text to Account";
                } | Record<string, never>;
            }[];
        };
        BankMapStarted: {
            company: string;
            /** @description The operation’s id: that of the request, else a ULID. */
            id: string;
            info: {
                app_version: string;
            };
            /** @example lucid_school_dqmm25308q */
            job_id: string;
            /** @description Seconds, and the number of retries. */
            metrics: {
                copy_to_storage_sec: number;
                create_job_sec: number;
                extract_zip_sec: number;
                init_ml_client_sec: number;
                init_pipeline_component_sec: number;
                init_pipeline_sec: number;
                retry_count: number;
                total_sec: number;
                total_start_pipeline_sec: number;
            };
            trace_id: string;
        };
        BankMapStatus: {
            error?: string;
            job_id: string;
            /** @enum {string} */
            status: "NotStarted" | "Starting" | "Provisioning" | "Preparing" | "Queued" | "Running" | "Finalizing" | "CancelRequested" | "Completed" | "Failed" | "Canceled" | "NotResponding" | "Paused" | "Unknown";
            trace_id: string;
        };
        Book: {
            /** Format: date-time */
            createdDateTime: string;
            /** @description Null before the first upload has finished. */
            currentVersion: components["schemas"]["BookVersion"] | null;
            /** @description Of the current version, in the order of their paths. */
            files: components["schemas"]["BookFile"][];
            id: string;
            /** Format: date-time */
            lastUpdatedDateTime: string;
            name: string;
            /**
             * Format: uri
             * @description The next page of files.
             */
            nextLink?: string;
            /** @description The version that a client uploads now. */
            upload: components["schemas"]["BookPendingVersion"] | null;
            /** @description `clientName` of the client that uploads the book. */
            uploader: string;
        };
        BookAnnouncedFile: {
            /** @description SHA-256, lower-case hexadecimal. */
            hash: string;
            /** @description Relative, with slashes. */
            path: string;
            /** @description Bytes. */
            size?: number | null;
        };
        BookFile: {
            /** @description SHA-256, lower-case hexadecimal. */
            hash: string;
            path: string;
            /** @description Bytes. */
            size: number;
        };
        BookList: {
            /** Format: uri */
            nextLink?: string;
            value: components["schemas"]["BookSummary"][];
        };
        BookPendingVersion: {
            clientName: string;
            clientVersion: string;
            /** Format: date-time */
            expiresDateTime: string;
            files: number;
            id: string;
            /** Format: date-time */
            startedDateTime: string;
        };
        BookSummary: {
            /** Format: date-time */
            createdDateTime: string;
            /** @description Null before the first upload has finished. */
            currentVersion: components["schemas"]["BookVersion"] | null;
            id: string;
            /** Format: date-time */
            lastUpdatedDateTime: string;
            name: string;
            /** @description The version that a client uploads now. */
            upload: components["schemas"]["BookPendingVersion"] | null;
            /** @description `clientName` of the client that uploads the book. */
            uploader: string;
        };
        BooksUploadFinishMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @constant */
            kind: "books.uploadFinish";
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            result?: components["schemas"]["BookUploadFinished"];
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        BooksUploadStartMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @constant */
            kind: "books.uploadStart";
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            result?: components["schemas"]["BookUpload"];
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        BookUpload: {
            bookId: string;
            /** @description Of the container, for 24 hours. */
            credentials: {
                /** Format: date-time */
                expiresDateTime: string;
                /** @description Creates, writes and lists blobs of this container. */
                sasToken: string;
            };
            /** @description Paths; of more than 1000 the first ones. */
            filesToUpload: string[];
            /** @description How many they are. */
            filesToUploadCount: number;
            transactionId: string;
            /**
             * Format: uri
             * @description URL of the container; a file is uploaded to {url}/{path}?{sasToken}.
             */
            url: string;
        };
        BookUploadFinish: {
            /**
             * @description Makes the client of the transaction the uploader of the book.
             * @default false
             */
            becomeUploader?: boolean;
            /**
             * @description Any JSON object; it is kept with the version.
             * @default {}
             */
            metadata?: {
                [key: string]: unknown;
            };
            transactionId: string;
        };
        BookUploadFinished: Record<string, never>;
        BookUploadStart: {
            /** @default false */
            becomeUploader?: boolean;
            clientName: string;
            clientVersion: string;
            files: components["schemas"]["BookAnnouncedFile"][];
            name?: string;
        };
        BookVersion: {
            bytes: number;
            clientName: string;
            clientVersion: string;
            /** Format: date-time */
            createdDateTime: string;
            files: number;
            id: string;
            metadata: {
                [key: string]: unknown;
            };
        };
        ChangedEndpoint: {
            /** Format: date-time */
            createdDateTime: string;
            id: string;
            /** @description The new API key; shown only once. */
            key?: string;
            maxQueued: number;
            maxSyncWaiting: number;
            /** @description Whether it has a webhook secret. */
            signsWebhooks: boolean;
            /** @description The generated secret; shown only once. */
            webhookSecret?: string;
            worker: components["schemas"]["EndpointWorkerShown"] | null;
            workers: number;
        };
        CreatedEndpoint: {
            /** Format: date-time */
            createdDateTime: string;
            id: string;
            /** @description The new API key; shown only once. */
            key: string;
            maxQueued: number;
            maxSyncWaiting: number;
            /** @description Whether it has a webhook secret. */
            signsWebhooks: boolean;
            /** @description The generated secret; shown only once. */
            webhookSecret?: string;
            worker: components["schemas"]["EndpointWorkerShown"] | null;
            workers: number;
        };
        Endpoint: {
            /** Format: date-time */
            createdDateTime: string;
            id: string;
            maxQueued: number;
            maxSyncWaiting: number;
            /** @description Whether it has a webhook secret. */
            signsWebhooks: boolean;
            worker: components["schemas"]["EndpointWorkerShown"] | null;
            workers: number;
        };
        EndpointKeyRotation: {
            /**
             * @description How long the old key stays valid, hours; 0: it ends now.
             * @default 24
             */
            graceHours?: number;
            /**
             * @description Makes no new key, and ends the old key now.
             * @default false
             */
            revokeOld?: boolean;
        };
        EndpointList: {
            /** Format: uri */
            nextLink?: string;
            value: components["schemas"]["Endpoint"][];
        };
        EndpointMinute: {
            /**
             * Format: date-time
             * @description The beginning of the minute.
             */
            dateTime: string;
            /** @description Those of them that failed or expired. */
            failed: number;
            /** @description Requests that ended in the minute. */
            finished: number;
            /** @description Requests that wait, at the end of the minute. */
            queued: number;
            /** @description Requests that run, at the end of the minute. */
            running: number;
        };
        /** @description A JSON merge patch (RFC 7396): null sets the default. */
        EndpointPatch: {
            maxQueued?: number | null;
            maxSyncWaiting?: number | null;
            webhookSecret?: string | null;
            worker?: components["schemas"]["EndpointWorker"] | null;
            workers?: number | null;
        };
        EndpointRequest: {
            /** Format: date-time */
            createdDateTime: string;
            /** Format: date-time */
            endedDateTime?: string;
            /**
             * Format: date-time
             * @description The end of its TTL.
             */
            expiresDateTime: string;
            /** Format: uuid */
            id: string;
            /** @description Why it failed or waits; empty if there is nothing to say. */
            message: string;
            /** @enum {string} */
            mode: "async" | "sync";
            sequence: string;
            /**
             * Format: date-time
             * @description Only while it runs.
             */
            startedDateTime?: string;
            status: components["schemas"]["EndpointRequestStatus"];
        };
        EndpointRequestList: {
            /** Format: uri */
            nextLink?: string;
            value: components["schemas"]["EndpointRequest"][];
        };
        /** @enum {string} */
        EndpointRequestStatus: "queueing" | "running" | "succeed" | "failed" | "canceled" | "expired";
        EndpointStats: {
            value: components["schemas"]["EndpointMinute"][];
        };
        /** @description A service by its `url`, or a `kind` of operation of the app. */
        EndpointWorker: {
            kind?: ("plates.recognize" | "plates.recognizeBatch") | null;
            url?: string | null;
        };
        /** @description Secrets in the query of the URL are left out. */
        EndpointWorkerShown: {
            url: string;
        } | {
            kind: string;
        };
        /** @description What went wrong. */
        Error: {
            error: components["schemas"]["ErrorInfo"];
        };
        /** @description One problem of several. */
        ErrorDetail: {
            code: string;
            message: string;
            target?: string;
        };
        /** @description A code for programs, a sentence for people. */
        ErrorInfo: {
            code: string;
            details?: components["schemas"]["ErrorDetail"][];
            message: string;
            /** @description The HTTP status that means the same. */
            status: number;
            target?: string;
        };
        File: {
            /** @description Number of the file. */
            id: number;
            /** @description As it was sent. */
            name: string;
            /** @description Bytes. */
            size: number;
            /**
             * Format: date-time
             * @description When the upload was complete.
             */
            upload: string;
        };
        FileForm: {
            /** Format: binary */
            upload: string;
        };
        FilesAnalysis: {
            id: number;
            status_file: components["schemas"]["FilesAnalysisStatus"];
            /** @description Number of the file. */
            upload: number;
            /** @description Number of the file with the posted result. */
            upload_ai: number | null;
            user: number;
            /** @description Ids of the base list of violations at the start. */
            violations: number[];
            /** @description Violations that the analyzer found. */
            violations_quantity: number;
        };
        FilesAnalysisEvent: {
            status_file: components["schemas"]["FilesAnalysisStatus"];
            /** @description The download, while its key is valid. */
            url: string | null;
        };
        FilesAnalysisForm: {
            /** @description The user’s comment; it becomes a row of `/comments/`. */
            comment?: string;
            /** @description Number of a file; required unless the form has `upload`. */
            file_id?: number;
            target_audience: components["schemas"]["FilesTargetAudience"];
            /** Format: binary */
            upload?: string;
        };
        FilesAnalysisResult: {
            scenes?: unknown[];
        } & {
            [key: string]: unknown;
        };
        /** @enum {string} */
        FilesAnalysisStatus: "--------" | "processing" | "ready" | "error" | "db_ready";
        FilesChangedViolation: {
            id: number;
            /** @description What the violation is. */
            violations: string;
            /** @description Ages, and the class of the violation. */
            violations_comment: string;
        };
        FilesComment: {
            /** @description The text. */
            comment: string;
            comment_author: components["schemas"]["FilesCommentAuthor"];
            /** Format: date-time */
            created_at: string;
            id: number;
            refer_file: number;
        };
        /** @enum {string} */
        FilesCommentAuthor: "User" | "AI";
        FilesCsrfToken: {
            csrfToken: string;
        };
        /** @description An error of the calls for files and their analysis. */
        FilesError: {
            /** @description What is wrong, and what to do. */
            errors: string;
        };
        FilesLoadedViolations: {
            /** @description Rows that were not in the list. */
            added: number;
            /** @description Whether nothing was changed. */
            dryRun: boolean;
            /** @description Rows that were in the list: they keep their numbers. */
            kept: number;
            /** @description Rows of the list that are not in the spreadsheet. */
            removed: number;
            /** @description Rows of the spreadsheet. */
            rows: number;
        };
        FilesNewAnalysis: {
            /** @description The user’s comment; it becomes a row of `/comments/`. */
            comment?: string;
            /** @description Number of a file; required unless the form has `upload`. */
            file_id: number;
            target_audience: components["schemas"]["FilesTargetAudience"];
        };
        FilesNewComment: {
            /** @description The text. */
            comment: string;
            comment_author: components["schemas"]["FilesCommentAuthor"];
            /** @description Number of the analysis that the comment is about. */
            refer_file: number;
        };
        FilesNewRecommendation: {
            /** @description Number of the user’s comment. */
            comments_user?: number | null;
            rating: components["schemas"]["FilesRating"];
            /** @description Number of the analysis. */
            refer: number;
            violations_quantity?: number;
        };
        FilesNewViolation: {
            /** @description What the violation is. */
            violations: string;
            /** @description Ages, and the class of the violation. */
            violations_comment: string;
        };
        /** @enum {string} */
        FilesRating: "----" | "None" | "mild" | "moderate" | "severe";
        FilesRecommendation: {
            comments_user: number | null;
            id: number;
            rating: components["schemas"]["FilesRating"];
            refer: number;
            violations_quantity: number;
        };
        FilesResultForm: {
            /** Format: binary */
            file: string;
        };
        FilesStartedAnalysis: {
            id: number;
            status_file: components["schemas"]["FilesAnalysisStatus"];
            /** @description Opens the live events without a function key. */
            token: string;
            /** @description Number of the file. */
            upload: number;
            /** @description Number of the file with the posted result. */
            upload_ai: number | null;
            user: number;
            /** @description Ids of the base list of violations at the start. */
            violations: number[];
            /** @description Violations that the analyzer found. */
            violations_quantity: number;
        };
        /** @enum {string} */
        FilesTargetAudience: "0+" | "6+" | "12+" | "16+" | "18+";
        FilesViolation: {
            id: number;
            /** @description What the violation is. */
            violations: string;
            /** @description Ages, and the class of the violation. */
            violations_comment: string;
        };
        Health: {
            checks: {
                [key: string]: components["schemas"]["HealthState"];
            };
            status: components["schemas"]["HealthState"];
            version: string;
        };
        /** @enum {string} */
        HealthState: "ok" | "unavailable";
        /** @description Why one item failed. */
        ItemError: {
            code: string;
            details?: components["schemas"]["ErrorDetail"][];
            message: string;
            target?: string;
        };
        ManyOperationsRequest: {
            /** @description All operations that fit every given field. At least one field is needed. */
            filter?: {
                /** Format: date-time */
                createdAfter?: string;
                /** Format: date-time */
                createdBefore?: string;
                /** @description Only operations of this kind. */
                kind?: string;
                /** @description Only operations with this status. */
                status?: components["schemas"]["OperationStatus"];
            };
            /** @description The operations. An id that is given twice counts once. */
            ids?: string[];
        };
        ManyOperationsResult: {
            failed: number;
            /** @description One entry per operation: in the order of the ids, or newest first. */
            results: {
                /** @description Only when failed. */
                error?: components["schemas"]["ItemError"];
                /** @description The operation’s id, which is also the secret that opens its monitor. */
                id: string;
                /**
                 * @description `canceled`: it was asked to stop, or is canceled.
                 * @enum {string}
                 */
                outcome: "canceled" | "deleted" | "failed";
            }[];
            succeeded: number;
        };
        /** @description An id that is malformed, unknown, or of an operation that has expired. */
        MissingOperation: {
            error: components["schemas"]["ShortError"];
            id: string;
        };
        NewEndpoint: {
            id: string;
            /** @description Requests that may wait in all. */
            maxQueued?: number;
            /** @description Synchronous requests that may wait for a worker. */
            maxSyncWaiting?: number;
            /** @description Signs webhooks. `generate` makes a new one, which the answer has. Never shown otherwise. */
            webhookSecret?: string;
            worker?: components["schemas"]["EndpointWorker"] | null;
            /** @description Requests that run at a time. */
            workers?: number;
        };
        OperationHistory: {
            id: string;
            kind: string;
            /** @description In the order in which they began. */
            spans: components["schemas"]["OperationSpan"][];
            status: components["schemas"]["OperationStatus"];
            /** @description Whether spans between the first and the last 500 are left out. */
            truncated?: boolean;
        };
        OperationIds: {
            ids: string[];
        };
        OperationList: {
            /** Format: uri */
            nextLink?: string;
            value: components["schemas"]["OperationMonitor"][];
        };
        /** @description A status monitor. */
        OperationMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @example plates.recognizeBatch */
            kind: string;
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            /** @description Only when Succeeded. */
            result?: unknown;
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        OperationProgress: {
            /** @description Items that succeeded. */
            completed: number;
            /** @description Items that failed. */
            failed: number;
            total: number;
        };
        OperationsById: {
            /** @description One entry for each id, in the order asked. */
            value: (components["schemas"]["OperationMonitor"] | components["schemas"]["MissingOperation"])[];
        };
        OperationsCancelManyMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @constant */
            kind: "operations.cancelMany";
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            result?: components["schemas"]["ManyOperationsResult"];
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        OperationsDeleteManyMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @constant */
            kind: "operations.deleteMany";
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            result?: components["schemas"]["ManyOperationsResult"];
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        OperationSpan: {
            /** @description From 1: one more after each failed attempt at the same step. */
            attempt: number;
            /**
             * Format: date-time
             * @description Absent while it runs, and of a timer that was canceled.
             */
            endedDateTime?: string;
            error?: components["schemas"]["ShortError"];
            /** @description Without sensitive fields. Of one over 1 KiB, the first 1 KiB of its text or JSON text, as a string. */
            input?: unknown;
            /** @example plates.recognizeImages */
            name: string;
            /** @description Without sensitive fields. Of one over 1 KiB, the first 1 KiB of its text or JSON text, as a string. */
            output?: unknown;
            /** @description The index in `spans` of the sub-orchestration that it belongs to; absent in the operation itself. */
            parent?: number;
            /** Format: date-time */
            startedDateTime: string;
            /** @enum {string} */
            status: "Running" | "Succeeded" | "Failed" | "Canceled";
            /** @enum {string} */
            type: "activity" | "subOrchestration" | "timer" | "event" | "orchestrator";
        };
        /** @enum {string} */
        OperationStatus: "NotStarted" | "Running" | "Succeeded" | "Failed" | "Canceled";
        /** @description Pixels of the image after its EXIF orientation is applied, as browsers do. */
        PlateBox: {
            height: number;
            width: number;
            x: number;
            y: number;
        };
        PlateCandidate: {
            confidence?: number;
            /**
             * @description Lower case, no spaces or punctuation.
             * @example с181мв190
             */
            plateNumber: string;
        };
        RecognizeBatchMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @constant */
            kind: "plates.recognizeBatch";
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            result?: components["schemas"]["RecognizeBatchResult"];
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        RecognizeBatchRequest: {
            imageIds: number[];
        };
        RecognizeBatchResult: {
            failed: number;
            /** @description One entry per id, in the order asked. */
            results: components["schemas"]["RecognizedImage"][];
            succeeded: number;
        };
        RecognizedImage: {
            /** @description Where the plate is, if the plate reader says it. */
            box?: components["schemas"]["PlateBox"];
            /** @description What the plate may be, most probable first, if the plate reader says it. */
            candidates?: components["schemas"]["PlateCandidate"][];
            confidence?: number;
            error?: components["schemas"]["ItemError"];
            imageId: number;
            /**
             * @description Lower case, no spaces or punctuation.
             * @example с181мв190
             */
            plateNumber?: string;
        };
        RecognizeMonitor: {
            cancelRequested?: boolean;
            /** Format: date-time */
            createdDateTime: string;
            /** @description Only when Failed. */
            error?: components["schemas"]["ErrorInfo"];
            /**
             * Format: date-time
             * @description When a finished operation expires.
             */
            expiresDateTime?: string;
            /** @description The operation’s id, which is also the secret that opens its monitor. */
            id: string;
            /** @constant */
            kind: "plates.recognize";
            /** Format: date-time */
            lastUpdatedDateTime: string;
            percentComplete?: number;
            progress?: components["schemas"]["OperationProgress"];
            result?: components["schemas"]["RecognizeResult"];
            /**
             * Format: uri
             * @description A URL that works for an hour: of a result of over 4 MiB, or of the whole result or error where a list in it is cut.
             */
            resultLocation?: string;
            /** @description The operation that retries this one. */
            retriedBy?: string;
            /** @description The operation that this one retries. */
            retryOf?: string;
            runtimeStatus: components["schemas"]["RuntimeStatus"];
            status: components["schemas"]["OperationStatus"];
            /** @description Why the operation waits. */
            waitingFor?: components["schemas"]["WaitingFor"];
        };
        RecognizeRequest: {
            /** @description The image provider’s number for the image. */
            imageId: number;
        };
        RecognizeResult: {
            /** @description Where the plate is, if the plate reader says it. */
            box?: components["schemas"]["PlateBox"];
            /** @description What the plate may be, most probable first, if the plate reader says it. */
            candidates?: components["schemas"]["PlateCandidate"][];
            confidence?: number;
            /** @description Null for an image in the request. */
            imageId: number | null;
            /**
             * @description Lower case, no spaces or punctuation.
             * @example с181мв190
             */
            plateNumber: string;
        };
        /** @enum {string} */
        RuntimeStatus: "Pending" | "Running" | "Suspended" | "ContinuedAsNew" | "Completed" | "Failed" | "Terminated";
        ServerlessAccepted: {
            /** Format: uuid */
            id: string;
            sequence: string;
        };
        ServerlessDropped: {
            cleaned?: string[];
            /** Format: uuid */
            id: string;
        };
        ServerlessError: {
            error: string;
        };
        ServerlessPolicy: {
            /**
             * @description Milliseconds.
             * @default 900000
             */
            ttl?: number;
        } & {
            [key: string]: unknown;
        };
        ServerlessQueue: {
            queueingCount: number;
        };
        ServerlessRequest: {
            /** @description Any JSON but null; the worker gets it. */
            input: unknown;
            policy?: components["schemas"]["ServerlessPolicy"];
            /**
             * Format: uri
             * @description Gets the result.
             */
            webhook: string;
        } & {
            [key: string]: unknown;
        };
        ServerlessResultTooLarge: {
            error: string;
            /** Format: uri */
            resultUrl: string;
        };
        ServerlessStatus: {
            message: string;
            requestID: string;
            /** @description The bytes of the worker’s result. */
            result: string | null;
            /**
             * Format: uri
             * @description Instead of a result that is too large: a URL that works for an hour.
             */
            resultUrl?: string;
            serverlessID: string;
            /** @enum {string} */
            status: "queueing" | "running" | "succeed" | "failed" | "canceled" | "expired" | "not found";
            statusCode: number;
        };
        ServerlessStatuses: {
            statuses: components["schemas"]["ServerlessStatus"][];
        };
        ServerlessStatusQuery: {
            requestIDs: string[];
        } & {
            [key: string]: unknown;
        };
        ServerlessSyncRequest: {
            /** @description Any JSON but null; the worker gets it. */
            input: unknown;
        } & {
            [key: string]: unknown;
        };
        ShortError: {
            code: string;
            message: string;
        };
        UploadedFile: {
            id_file: number;
            id_user: number;
        };
        /** @description A service that the app calls. */
        Upstream: {
            /** @example images.example.com */
            host: string;
            last5Minutes: {
                /** @description Requests to the service, repeated ones included. */
                calls: number;
                /** @description Requests without an answer in time, or with 429 or 5xx. */
                failures: number;
                /** @description Time that half of the requests took at most, ms; 0 without requests. */
                p50Ms: number;
                /** @description Time that 95 % of the requests took at most, ms; 0 without requests. */
                p95Ms: number;
            };
            /** @description The last 60 minutes, the current one last. */
            minutes: {
                /** @description Requests to the service, repeated ones included. */
                calls: number;
                /**
                 * Format: date-time
                 * @description Begin of the minute.
                 */
                dateTime: string;
                /** @description Requests without an answer in time, or with 429 or 5xx. */
                failures: number;
                /** @description Time that half of the requests took at most, ms; 0 without requests. */
                p50Ms: number;
                /** @description Time that 95 % of the requests took at most, ms; 0 without requests. */
                p95Ms: number;
            }[];
            /** @example imageProvider */
            name: string;
            /** @description Only when paused. */
            reason?: string;
            /**
             * Format: date-time
             * @description Since when it has this state.
             */
            since: string;
            /** @enum {string} */
            state: "ok" | "failing" | "paused";
            /** @description Operations that wait for a resume of the service. */
            waitingOperations: number;
        };
        UpstreamPauseRequest: {
            /**
             * @description Shown to clients that need the service.
             * @example New model is being deployed
             */
            reason: string;
        };
        /** @enum {string} */
        WaitingFor: "capacity" | "upstream" | "turn" | "paused";
        /** @description The last 50 attempts at a webhook, and how far its delivery is. */
        WebhookDeliveries: {
            /** @enum {string} */
            state: "pending" | "delivered" | "givenUp";
            value: {
                /** @description From 1; redeliveries count on. */
                attempt: number;
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                dateTime: string;
                durationMs: number;
                /** @description Why it failed. */
                error?: string;
                /** @description Of the receiver’s answer, if there was one. */
                statusCode?: number;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    submitStatements: {
        parameters: {
            query?: never;
            header: {
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description The company’s name in UTF-8, in base64. */
                RecognitionForId: string;
                /** @description The client’s own id, which comes back as `trace_id`. */
                "Trace-ID"?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The zip, up to 100000000 bytes. */
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/zip": string;
            };
        };
        responses: {
            /** @description The job was started. */
            200: {
                headers: {
                    /** @description URL of the same job’s status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapStarted"];
                };
            };
            /** @description `InvalidCompany`, `NotAZip`, `ZipInvalid`, `ZipEncrypted`, `ZipFileMissing`, `ZipRowInvalid`, `WebhookRefused`, `InvalidOperationId`, `OperationIdReused` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description `ZipTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
        };
    };
    getMappings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The client’s own id, which comes back as `trace_id`. */
                "Trace-ID"?: string;
            };
            path: {
                /** @description The `job_id` that the submission was answered with. */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mappings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapResult"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `JobNotFound`, `ResultNotReady` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description `JobEndedWithoutResult` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
        };
    };
    getStatementsJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The client’s own id, which comes back as `trace_id`. */
                "Trace-ID"?: string;
            };
            path: {
                /** @description The `job_id` that the submission was answered with. */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its state, in the words of Azure ML. */
            200: {
                headers: {
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapStatus"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `JobNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankMapError"];
                };
            };
        };
    };
    listBooks: {
        parameters: {
            query?: {
                /** @description Where the page begins; `nextLink` has it. */
                after?: string;
                /** @description Most books of the answer. */
                top?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of books. One before the last may be short. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookList"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getBook: {
        parameters: {
            query?: {
                /** @description Where the page begins; `nextLink` has it. */
                after?: string;
                /** @description Most files of the answer. */
                top?: number;
            };
            header?: never;
            path: {
                /** @description The book. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The book. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Book"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `BookNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteBook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The book. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `BookNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishBookUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path: {
                /** @description The book. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookUploadFinish"];
            };
        };
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BooksUploadFinishMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BooksUploadFinishMonitor"];
                };
            };
            /** @description `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `BookNotFound`, `TransactionNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startBookUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path: {
                /** @description The book. */
                id: string;
            };
            cookie?: never;
        };
        /** @description The files of the new version, up to 64 MiB. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookUploadStart"];
            };
        };
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BooksUploadStartMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BooksUploadStartMonitor"];
                };
            };
            /** @description `ClientOutOfDate`, `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `BookNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UploadInProgress` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getBookFile: {
        parameters: {
            query?: {
                /** @description The version that is expected; another one is answered 404. */
                version?: string;
            };
            header?: never;
            path: {
                /** @description The book. */
                id: string;
                /** @description Path of the file, with its slashes. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is at `Location`, which works for 5 minutes and needs no key. */
            302: {
                headers: {
                    /** @description URL of the file. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `BookNotFound`, `BookFileNotFound`, `BookVersionNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAnalyses: {
        parameters: {
            query?: {
                /** @description Most rows of the answer, 1 to 1000. */
                limit?: number;
                /** @description Rows to skip. */
                offset?: number;
                /** @description Number of a file: only its analyses. */
                upload?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description URLs of the next and the previous page, where there is one (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesAnalysis"][];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    startAnalysis: {
        parameters: {
            query?: never;
            header?: {
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
                /** @description The user’s number. Default: the setting `FILES_USER`. */
                "X-User-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description A form with `upload` or `file_id`, `target_audience` and, optionally, `comment`. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesNewAnalysis"];
                "multipart/form-data": components["schemas"]["FilesAnalysisForm"];
            };
        };
        responses: {
            /** @description It was started. */
            201: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor of the same analysis. */
                    "Operation-Location"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesStartedAnalysis"];
                };
            };
            /** @description `UploadInvalid`, `UserInvalid`, `InvalidOperationId`, `OperationIdReused`, `WebhookRefused` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `FileTypeNotAllowed` */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getAnalysis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the analysis. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The analysis. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesAnalysis"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `AnalysisNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    restartAnalysis: {
        parameters: {
            query?: never;
            header?: {
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path: {
                /** @description Number of the analysis. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was started. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor of the same analysis. */
                    "Operation-Location"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesStartedAnalysis"];
                };
            };
            /** @description `InvalidOperationId`, `OperationIdReused`, `WebhookRefused` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `AnalysisNotFound`, `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `AnalysisNotFinished` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getAnalysisResult: {
        parameters: {
            query?: {
                /** @description Most rows of the answer, 1 to 1000. */
                limit?: number;
                /** @description Rows to skip. */
                offset?: number;
            };
            header?: never;
            path: {
                /** @description Number of the analysis. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    /** @description URLs of the next and the previous page, where there is one (RFC 8288). */
                    Link?: string;
                    /** @description The number of scenes. */
                    "X-Total-Count"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesAnalysisResult"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `AnalysisNotFound`, `AnalysisResultNotReady` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    listComments: {
        parameters: {
            query?: {
                /** @description Most rows of the answer, 1 to 1000. */
                limit?: number;
                /** @description Rows to skip. */
                offset?: number;
                /** @description Number of the analysis: only rows about it. */
                refer_file?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the list. */
            200: {
                headers: {
                    /** @description URLs of the next and the previous page, where there is one (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesComment"][];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    addComment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The user’s number. Default: the setting `FILES_USER`. */
                "X-User-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesNewComment"];
                "application/x-www-form-urlencoded": components["schemas"]["FilesNewComment"];
                "multipart/form-data": components["schemas"]["FilesNewComment"];
            };
        };
        responses: {
            /** @description The comment. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesComment"];
                };
            };
            /** @description `UserInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `AnalysisNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the row. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesComment"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getCsrfToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    /** @description The cookie `csrftoken`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesCsrfToken"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    downloadFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag or the Last-Modified of an earlier answer: the whole file when it has another. */
                "If-Range"?: string;
                /** @description The id of the last received event; an event follows only after a change. */
                "Last-Event-ID"?: string;
                /** @description One range of bytes. */
                Range?: string;
            };
            path: {
                /** @description The reference key: 32 hexadecimal digits. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description `bytes`. */
                    "Accept-Ranges"?: string;
                    /** @description The name of the file. */
                    "Content-Disposition"?: string;
                    /** @description Of the bytes. */
                    ETag?: string;
                    /** @description `target_audience` of the analysis. */
                    "X-File-Target-Audience"?: string;
                    /** @description The key. */
                    "X-Refer-Key"?: string;
                    /** @description The user’s number. */
                    "X-User-ID"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Live events: the client has the final event already. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /** @description `bytes`. */
                    "Accept-Ranges"?: string;
                    /** @description The name of the file. */
                    "Content-Disposition"?: string;
                    /** @description Of the bytes. */
                    ETag?: string;
                    /** @description `target_audience` of the analysis. */
                    "X-File-Target-Audience"?: string;
                    /** @description The key. */
                    "X-Refer-Key"?: string;
                    /** @description The user’s number. */
                    "X-User-ID"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `KeyNotFound`, `FileNotFound`, `AnalysisNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `RangeNotSatisfiable` */
            416: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `TooManyDownloads` */
            429: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    postResultToKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The reference key: 32 hexadecimal digits. */
                id: string;
            };
            cookie?: never;
        };
        /** @description The result as a JSON object, or a form with it as a file. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesAnalysisResult"];
                "multipart/form-data": components["schemas"]["FilesResultForm"];
            };
        };
        responses: {
            /** @description The result is stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesAnalysis"];
                };
            };
            /** @description `ResultInvalid`, `UploadInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `KeyNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `ResultAlreadyStored` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    describeFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag or the Last-Modified of an earlier answer: the whole file when it has another. */
                "If-Range"?: string;
                /** @description One range of bytes. */
                Range?: string;
            };
            path: {
                /** @description The reference key: 32 hexadecimal digits. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description `bytes`. */
                    "Accept-Ranges"?: string;
                    /** @description The name of the file. */
                    "Content-Disposition"?: string;
                    /** @description Of the bytes. */
                    ETag?: string;
                    /** @description `target_audience` of the analysis. */
                    "X-File-Target-Audience"?: string;
                    /** @description The key. */
                    "X-Refer-Key"?: string;
                    /** @description The user’s number. */
                    "X-User-ID"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Of the part that `Range` asks for. */
            206: {
                headers: {
                    /** @description `bytes`. */
                    "Accept-Ranges"?: string;
                    /** @description The name of the file. */
                    "Content-Disposition"?: string;
                    /** @description Of the bytes. */
                    ETag?: string;
                    /** @description `target_audience` of the analysis. */
                    "X-File-Target-Audience"?: string;
                    /** @description The key. */
                    "X-Refer-Key"?: string;
                    /** @description The user’s number. */
                    "X-User-ID"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `KeyNotFound`, `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RangeNotSatisfiable` */
            416: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listEndpoints: {
        parameters: {
            query?: {
                /** @description Position of the next page; part of `nextLink`. */
                skipToken?: string;
                /** @description Most items of the page, 1 to 100. */
                top?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. `nextLink` is the URL of the next one, which may be empty. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointList"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEndpoint"];
            };
        };
        responses: {
            /** @description The endpoint, with its key, which is shown only now. */
            201: {
                headers: {
                    /** @description The version of the endpoint: of its settings and keys. */
                    ETag?: string;
                    /** @description URL of the endpoint. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedEndpoint"];
                };
            };
            /** @description `InvalidEndpoint`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointExists` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    /** @description The version of the endpoint: of its settings and keys. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an earlier answer: 412 when the endpoint has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointPatch"];
                "application/merge-patch+json": components["schemas"]["EndpointPatch"];
            };
        };
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    /** @description The version of the endpoint: of its settings and keys. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedEndpoint"];
                };
            };
            /** @description `InvalidEndpoint`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EndpointChanged` */
            412: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rotateEndpointKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndpointKeyRotation"];
            };
        };
        responses: {
            /** @description The endpoint, with its new key. */
            200: {
                headers: {
                    /** @description The version of the endpoint: of its settings and keys. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedEndpoint"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listEndpointRequests: {
        parameters: {
            query?: {
                /** @description Position of the next page; part of `nextLink`. */
                skipToken?: string;
                status?: components["schemas"]["EndpointRequestStatus"];
                /** @description Most items of the page, 1 to 100. */
                top?: number;
            };
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, which may be short or empty. `nextLink` is the URL of the next one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointRequestList"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cleanEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The id of the clean-up, and the ids that it dropped. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessDropped"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelEndpointRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
                /** @description The request. */
                requestID: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The id of the cancellation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessDropped"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound`, `RequestNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEndpointStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description 60 points, one a minute. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointStats"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `EndpointNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /** @description Most rows of the answer, 1 to 1000. */
                limit?: number;
                /** @description Rows to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files. */
            200: {
                headers: {
                    /** @description URLs of the next and the previous page, where there is one (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"][];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The user’s number. Default: the setting `FILES_USER`. */
                "X-User-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description A form with one file, up to 104857600 bytes: pdf, docx, txt or json. */
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["FileForm"];
            };
        };
        responses: {
            /** @description The file is stored. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedFile"];
                };
            };
            /** @description `UploadInvalid`, `UserInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `FileTypeNotAllowed` */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the file. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the file. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    createTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description The version of tus. */
                "Tus-Resumable": "1.0.0";
                /** @description An algorithm and the checksum of the body in base64. */
                "Upload-Checksum"?: string;
                /** @description Instead of the length, which follows. */
                "Upload-Defer-Length"?: "1";
                /** @description Bytes of the file. */
                "Upload-Length"?: number;
                /** @description `filename` and the name in base64. */
                "Upload-Metadata": string;
                /** @description The user’s number. Default: the setting `FILES_USER`. */
                "X-User-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Bytes from the offset on, up to 104857600. */
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description The upload has begun. */
            201: {
                headers: {
                    /** @description URL of the upload. */
                    Location?: string;
                    /** @description When the upload is removed unless it is whole. */
                    "Upload-Expires"?: string;
                    /** @description Bytes that are stored. */
                    "Upload-Offset"?: string;
                    /** @description Number of the file, once it is whole. */
                    "X-File-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UploadInvalid`, `UserInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `TusVersionUnsupported` */
            412: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `FileTypeNotAllowed` */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadChecksumWrong` */
            460: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getTusOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Version, extensions, algorithms and the largest file. */
            204: {
                headers: {
                    /** @description Algorithms of `Upload-Checksum`. */
                    "Tus-Checksum-Algorithm"?: string;
                    /** @description Extensions. */
                    "Tus-Extension"?: string;
                    /** @description Bytes. */
                    "Tus-Max-Size"?: string;
                    /** @description Versions. */
                    "Tus-Version"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    overrideTusMethod: {
        parameters: {
            query?: never;
            header: {
                /** @description The version of tus. */
                "Tus-Resumable": "1.0.0";
                /** @description An algorithm and the checksum of the body in base64. */
                "Upload-Checksum"?: string;
                /** @description As of `PATCH`. */
                "Upload-Offset"?: number;
                /** @description The method. */
                "X-HTTP-Method-Override": "PATCH" | "DELETE";
            };
            path: {
                /** @description The last segment of `Location`. */
                id: string;
            };
            cookie?: never;
        };
        /** @description Bytes from the offset on, up to 104857600. */
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description As the method’s own. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UploadInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadConflict` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `TusVersionUnsupported` */
            412: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `FileTypeNotAllowed` */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadLocked` */
            423: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadChecksumWrong` */
            460: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    deleteTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description The version of tus. */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                /** @description The last segment of `Location`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload is removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadConflict` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadLocked` */
            423: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description The version of tus. */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                /** @description The last segment of `Location`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the upload. */
            200: {
                headers: {
                    /** @description Bytes of the file. */
                    "Upload-Length"?: string;
                    /** @description Bytes that are stored. */
                    "Upload-Offset"?: string;
                    /** @description Number of the file, once it is whole. */
                    "X-File-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UploadExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UploadLocked` */
            423: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    appendToTusUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description The version of tus. */
                "Tus-Resumable": "1.0.0";
                /** @description An algorithm and the checksum of the body in base64. */
                "Upload-Checksum"?: string;
                /** @description Where the bytes begin: what is stored. */
                "Upload-Offset": number;
            };
            path: {
                /** @description The last segment of `Location`. */
                id: string;
            };
            cookie?: never;
        };
        /** @description Bytes from the offset on, up to 104857600. */
        requestBody: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description The bytes are stored. */
            204: {
                headers: {
                    /** @description When the upload is removed unless it is whole. */
                    "Upload-Expires"?: string;
                    /** @description Bytes that are stored. */
                    "Upload-Offset"?: string;
                    /** @description Number of the file, once it is whole. */
                    "X-File-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UploadInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `FileNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadConflict` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `TusVersionUnsupported` */
            412: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `FileTypeNotAllowed` */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadLocked` */
            423: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadChecksumWrong` */
            460: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPlate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                imageId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plate. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecognizeResult"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecognizeMonitor"];
                };
            };
            /** @description `InvalidImageId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ImageNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageInvalid`, `PlateUnreadable` */
            422: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageRejected`, `PlateReaderFailed` */
            502: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageProviderUnavailable`, `PlateReaderUnavailable`, `UpstreamPaused`, `ServiceUnavailable` */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageProviderTimeout`, `PlateReaderTimeout` */
            504: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPlateImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                imageId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The image. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description `InvalidImageId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ImageNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageInvalid` */
            422: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageRejected` */
            502: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageProviderUnavailable`, `UpstreamPaused`, `ServiceUnavailable` */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageProviderTimeout` */
            504: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    recognizePlate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The image itself, up to 10 MiB. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecognizeRequest"];
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
            };
        };
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecognizeMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecognizeMonitor"];
                };
            };
            /** @description `InvalidImageId`, `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ImageInvalid` */
            422: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    recognizePlates: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecognizeBatchRequest"];
            };
        };
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecognizeBatchMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecognizeBatchMonitor"];
                };
            };
            /** @description `InvalidImageId`, `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRecommendations: {
        parameters: {
            query?: {
                /** @description Most rows of the answer, 1 to 1000. */
                limit?: number;
                /** @description Rows to skip. */
                offset?: number;
                /** @description Number of the analysis: only rows about it. */
                refer?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the list. */
            200: {
                headers: {
                    /** @description URLs of the next and the previous page, where there is one (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesRecommendation"][];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    addRecommendation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The user’s number. Default: the setting `FILES_USER`. */
                "X-User-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesNewRecommendation"];
                "application/x-www-form-urlencoded": components["schemas"]["FilesNewRecommendation"];
                "multipart/form-data": components["schemas"]["FilesNewRecommendation"];
            };
        };
        responses: {
            /** @description The recommendation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesRecommendation"];
                };
            };
            /** @description `UserInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `AnalysisNotFound`, `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getRecommendation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the row. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recommendation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesRecommendation"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    postResult: {
        parameters: {
            query?: never;
            header: {
                /** @description The reference key. */
                "X-Refer-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The result as a JSON object, or a form with it as a file. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesAnalysisResult"];
                "multipart/form-data": components["schemas"]["FilesResultForm"];
            };
        };
        responses: {
            /** @description The result is stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesAnalysis"];
                };
            };
            /** @description `ResultInvalid`, `UploadInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `KeyNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `ResultAlreadyStored` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description `UploadTooLarge` */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    watchAnalysis: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last received event; an event follows only after a change. */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description Number of the analysis. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. The schema is that of the data of each event, as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["FilesAnalysisEvent"];
                };
            };
            /** @description The client has the final event already; it need not reconnect. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `AnalysisNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    listOperations: {
        parameters: {
            query?: {
                createdAfter?: string;
                createdBefore?: string;
                /** @description Only operations whose ids begin with this text. */
                idStartsWith?: string;
                /** @description Only operations of this kind. */
                kind?: string;
                /** @description Position of the next page; part of `nextLink`. */
                skipToken?: string;
                status?: components["schemas"]["OperationStatus"];
                /** @description Most items of the page, 1 to 100. */
                top?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. `nextLink` is the URL of the next one, which may be empty. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationList"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOperations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationIds"];
            };
        };
        responses: {
            /** @description Monitors, and errors of ids that have none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsById"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelOperations: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ManyOperationsRequest"];
            };
        };
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsCancelManyMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsCancelManyMonitor"];
                };
            };
            /** @description `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteOperations: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ManyOperationsRequest"];
            };
        };
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsDeleteManyMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsDeleteManyMonitor"];
                };
            };
            /** @description `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of an earlier answer: 304 while nothing changed. */
                "If-None-Match"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
            };
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The monitor, also of a failed operation. */
            200: {
                headers: {
                    /** @description Its version. */
                    ETag?: string;
                    /** @description While it is not final: seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationMonitor"];
                };
            };
            /** @description Nothing changed since the given ETag. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationNotFinished` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is canceled already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationMonitor"];
                };
            };
            /** @description It will stop; the monitor says when it has. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationMonitor"];
                };
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationAlreadyFinished` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    retryOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request starts the operation once. */
                "Idempotency-Key"?: string;
                /** @description The client’s own id for the operation, 16 to 100 characters of A-Z a-z 0-9 - _. */
                "Operation-Id"?: string;
                /** @description `wait=N`: hold the answer until the operation ends or N seconds (up to 60) pass. */
                Prefer?: string;
                /** @description An http or https URL to which the end of the operation is posted, with its status monitor. */
                "Webhook-Url"?: string;
            };
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It ended within the time that `Prefer: wait` gave it. */
            200: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationMonitor"];
                };
            };
            /** @description The operation was started; follow Operation-Location. */
            202: {
                headers: {
                    /** @description The operation’s id. */
                    "Operation-Id"?: string;
                    /** @description URL of the status monitor. */
                    "Operation-Location"?: string;
                    /** @description Seconds until the next poll. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationMonitor"];
                };
            };
            /** @description `InvalidOperationId`, `OperationIdReused`, `WebhookRefused`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationNotFinished`, `NothingToRetry` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired`, `InputGone` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IdempotencyKeyReused` */
            422: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last 50 attempts, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveries"];
                };
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationHasNoWebhook` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being sent. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationHasNoWebhook`, `OperationNotFinished` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    watchOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last received event; an event follows only after a change. */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. The schema is that of the data of each event, as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["OperationMonitor"];
                };
            };
            /** @description The client has the final event already; it need not reconnect. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOperationHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The spans. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationHistory"];
                };
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOperationResult: {
        parameters: {
            query?: never;
            header?: {
                /** @description `application/json` (default) or `text/csv`. */
                Accept?: string;
            };
            path: {
                /** @description The operation’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    /** @description A file name. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                    "text/csv": string;
                };
            };
            /** @description `InvalidOperationId`, `InvalidRequest` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NotAcceptable` */
            406: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationNotFinished`, `OperationHasNoResult` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `OperationExpired` */
            410: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listUpstreams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All services. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        value: components["schemas"]["Upstream"][];
                    };
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pauseUpstream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the service. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpstreamPauseRequest"];
            };
        };
        responses: {
            /** @description The service. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upstream"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `NotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeUpstream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the service. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upstream"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `NotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    queueRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        /** @description A JSON object, up to 20000000 bytes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServerlessRequest"];
            };
        };
        responses: {
            /** @description It is in the queue. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessAccepted"];
                };
            };
            /** @description `RequestTooLarge`, `RequestUnreadable`, `RequestDataInvalid`, `WebhookEmpty`, `ArgumentsInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `EndpointUnauthorized` */
            401: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `TooManyQueued` */
            429: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `PublishFailed` */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    cancelRequests: {
        parameters: {
            query?: {
                /** @description The request to cancel; without it, all queued requests are dropped. */
                requestID?: string;
                /** @description Its sequence. */
                sequence?: string;
            };
            header?: never;
            path: {
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The id of the cancellation, and the ids that a clean-up dropped. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessDropped"];
                };
            };
            /** @description `ArgumentsInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `EndpointUnauthorized` */
            401: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `CancelFailed` */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    getRequestDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                requestID: string;
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last 50 attempts, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveries"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RequestNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `RequestHasNoWebhook` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    redeliverRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The request. */
                requestID: string;
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being sent. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RequestNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `RequestHasNoWebhook`, `RequestNotFinished` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    getQueueOrRequest: {
        parameters: {
            query?: {
                /** @description The request; without it, the queue is shown. */
                requestID?: string;
            };
            header?: never;
            path: {
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The queue, or the request. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessQueue"] | components["schemas"]["ServerlessStatus"];
                };
            };
            /** @description `ArgumentsInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `EndpointUnauthorized` */
            401: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `StatusFailed` */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    getRequests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        /** @description 1 to 100 ids. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServerlessStatusQuery"];
            };
        };
        responses: {
            /** @description In the order asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessStatuses"];
                };
            };
            /** @description `RequestTooLarge`, `RequestUnreadable`, `ArgumentsInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `EndpointUnauthorized` */
            401: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `StatusFailed` */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    runRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The endpoint. */
                serverlessId: string;
            };
            cookie?: never;
        };
        /** @description A JSON object, up to 20000000 bytes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServerlessSyncRequest"];
            };
        };
        responses: {
            /** @description The worker’s result, with its own content type. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description `RequestTooLarge`, `RequestUnreadable`, `RequestDataInvalid`, `ArgumentsInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `EndpointUnauthorized` */
            401: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `RequestTimeout` */
            408: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `RequestCanceled` */
            409: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description The result is too large; it is at `resultUrl` for an hour. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessResultTooLarge"];
                };
            };
            /** @description `PublishFailed`, `HandlingFailed` */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
            /** @description `WorkersBusy` */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerlessError"];
                };
            };
        };
    };
    loadViolations: {
        parameters: {
            query?: {
                /** @description `true`: checks the spreadsheet, says what would change, and changes nothing. */
                dryRun?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The spreadsheet, an .xlsx file. */
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
            };
        };
        responses: {
            /** @description What changed, or would change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesLoadedViolations"];
                };
            };
            /** @description `SpreadsheetInvalid` */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    listViolations: {
        parameters: {
            query?: {
                /** @description Most rows of the answer, 1 to 1000. */
                limit?: number;
                /** @description Rows to skip. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the list. */
            200: {
                headers: {
                    /** @description URLs of the next and the previous page, where there is one (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesViolation"][];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    replaceViolationOfBody: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesChangedViolation"];
                "application/x-www-form-urlencoded": components["schemas"]["FilesChangedViolation"];
                "multipart/form-data": components["schemas"]["FilesChangedViolation"];
            };
        };
        responses: {
            /** @description The violation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesViolation"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    addViolation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesNewViolation"];
                "application/x-www-form-urlencoded": components["schemas"]["FilesNewViolation"];
                "multipart/form-data": components["schemas"]["FilesNewViolation"];
            };
        };
        responses: {
            /** @description The violation. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesViolation"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    deleteViolationOfQuery: {
        parameters: {
            query: {
                /** @description Number of the row. */
                id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    getViolation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the row. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The violation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesViolation"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    replaceViolation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the row. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilesNewViolation"];
                "application/x-www-form-urlencoded": components["schemas"]["FilesNewViolation"];
                "multipart/form-data": components["schemas"]["FilesNewViolation"];
            };
        };
        responses: {
            /** @description The violation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesViolation"];
                };
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The body is too long. */
            413: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The content type is not supported. */
            415: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
    deleteViolation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the row. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; every problem is in `details`. */
            400: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description The function key is missing or not valid. The host answers without a body. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `RowNotFound` */
            404: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Something failed on our side; the message has the trace id. */
            500: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
            /** @description Storage or the task hub cannot be reached; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description The code of the error. */
                    "x-ms-error-code"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesError"];
                };
            };
        };
    };
}
