# All in one: storage, the reference services and the app on the embedded host (docs/containers.md).
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
COPY dev/package.json dev/
COPY host/package.json host/
COPY services/package.json services/
RUN npm ci --ignore-scripts
COPY . .
# Left out: binaries of other platforms, and links to workspaces, which are in dist/.
RUN node dev/build.cjs \
  && npm prune --omit=dev --ignore-scripts \
  && find node_modules/onnxruntime-node/bin -type f ! -path "*/$(node -p 'process.platform + "/" + process.arch')/*" -delete \
  && rm -rf dist/.types dist/.tsbuildinfo client/src client/tsconfig*.json \
    node_modules/@longhaul/dev node_modules/@longhaul/host node_modules/@longhaul/services \
  && find node_modules -xtype l -delete

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
  LONGHAUL_DIR=/data \
  LONGHAUL_HOST=0.0.0.0 \
  TMPDIR=/data/tmp
WORKDIR /app
COPY --from=build /build/package.json /build/host.json /build/LICENSE ./
COPY --from=build /build/client client
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/services/image-provider/samples services/image-provider/samples
COPY --from=build /build/dist dist
RUN mkdir /data && chown node:node /data
USER 1000:1000
VOLUME /data
EXPOSE 7071
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7071/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/longhaul.js"]
CMD ["start"]
