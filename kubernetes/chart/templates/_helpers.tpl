{{/* What tells the objects of a release apart: call with (list $ "ingester"). */}}
{{- define "skipper.selector" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{- define "skipper.labels" -}}
{{ include "skipper.selector" . }}
app.kubernetes.io/part-of: skipper
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version }}
{{- end }}

{{/* An image of ours: call with (list $ "skipper-api"). */}}
{{- define "skipper.image" -}}
{{- $root := index . 0 -}}
{{- with $root.Values.image.registry }}{{ . }}/{{ end }}{{ index . 1 }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}
{{- end }}

{{/* config.yaml, which leads to the MongoDB and the Kafka of this chart where they are enabled. */}}
{{- define "skipper.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if .Values.mongo.enabled -}}
{{- $_ := mergeOverwrite $config (dict "database" (dict "host" (printf "%s-mongo" .Release.Name) "replica_set" "rs0" "username" "skipper" "admin_username" "mongoadmin")) -}}
{{- end -}}
{{- if .Values.kafka.enabled -}}
{{- $_ := mergeOverwrite $config (dict "kafka" (dict "bootstrap_servers" (list (printf "%s-kafka:9092" .Release.Name)))) -}}
{{- end -}}
{{ toYaml $config }}
{{- end }}

{{- define "skipper.podSecurity" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
automountServiceAccountToken: false
enableServiceLinks: false
{{- end }}

{{- define "skipper.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "skipper.mounts" -}}
- {name: config, mountPath: /skipper/config.yaml, subPath: config.yaml, readOnly: true}
- {name: secrets, mountPath: /skipper/secrets.json, subPath: secrets.json, readOnly: true}
{{- if .Values.certificates.secretName }}
- {name: certificates, mountPath: /skipper/certificates, readOnly: true}
{{- end }}
{{- end }}

{{- define "skipper.volumes" -}}
- {name: config, configMap: {name: {{ .Release.Name }}-config}}
- {name: secrets, secret: {secretName: {{ .Values.secrets.name }}, defaultMode: 0440}}
{{- with .Values.certificates.secretName }}
- {name: certificates, secret: {secretName: {{ . }}, defaultMode: 0440}}
{{- end }}
{{- end }}

{{/* Where the pods go: call with (list $ "api" .Values.api). */}}
{{- define "skipper.placement" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $values := index . 2 -}}
topologySpreadConstraints:
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "skipper.selector" (list $root $name) | nindent 8 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The number of pods and what may be missing of them: call with (list $ "api" .Values.api). */}}
{{- define "skipper.scaling" -}}
{{- $root := index . 0 -}}{{- $name := index . 1 -}}{{- $values := index . 2 -}}
{{- with $values.autoscaling }}
{{- if .enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $root.Release.Name }}-{{ $name }}
  labels: {{ include "skipper.labels" (list $root $name) | nindent 4 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ $root.Release.Name }}-{{ $name }}}
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: {{ .cpu }}}}
    {{- if .lag }}
    - type: Pods
      pods: {metric: {name: kafka_lag_messages}, target: {type: AverageValue, averageValue: {{ .lag | quote }}}}
    {{- end }}
  {{- with .scaleDownSeconds }}
  behavior:
    # Each change of their number makes all of them pause for a rebalance.
    scaleDown: {stabilizationWindowSeconds: {{ . }}}
  {{- end }}
{{- end }}
{{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $root.Release.Name }}-{{ $name }}
  labels: {{ include "skipper.labels" (list $root $name) | nindent 4 }}
spec:
  {{- toYaml $values.disruptionBudget | nindent 2 }}
  selector:
    matchLabels: {{ include "skipper.selector" (list $root $name) | nindent 6 }}
{{- end }}

{{/* A Deployment of ours: call with (dict "root" $ "name" "api" "values" .Values.api "port" "http" "number" 4000). */}}
{{- define "skipper.deployment" -}}
{{- $root := .root -}}{{- $name := .name -}}{{- $values := .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $root.Release.Name }}-{{ $name }}
  labels: {{ include "skipper.labels" (list $root $name) | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  selector:
    matchLabels: {{ include "skipper.selector" (list $root $name) | nindent 6 }}
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  template:
    metadata:
      labels: {{ include "skipper.labels" (list $root $name) | nindent 8 }}
      annotations:
        # Another configuration starts the pods again.
        checksum/config: {{ include "skipper.config" $root | sha256sum }}
    spec:
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      {{- include "skipper.podSecurity" $root | nindent 6 }}
      {{- include "skipper.placement" (list $root $name $values) | nindent 6 }}
      containers:
        - name: {{ $name }}
          image: {{ include "skipper.image" (list $root (printf "skipper-%s" $name)) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          {{- with $values.extraEnv }}
          env: {{ toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - {name: {{ .port }}, containerPort: {{ .number }}}
          startupProbe:
            httpGet: {path: /healthz, port: {{ .port }}}
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: {path: /healthz, port: {{ .port }}}
            periodSeconds: 15
            timeoutSeconds: 5
            failureThreshold: 4
          readinessProbe:
            httpGet: {path: /readyz, port: {{ .port }}}
            periodSeconds: 5
            timeoutSeconds: 5
          resources: {{ toYaml $values.resources | nindent 12 }}
          {{- include "skipper.containerSecurity" $root | nindent 10 }}
          volumeMounts:
            {{- include "skipper.mounts" $root | nindent 12 }}
            - {name: catalogs, mountPath: /skipper/catalogs, readOnly: true}
      volumes:
        {{- include "skipper.volumes" $root | nindent 8 }}
        - name: catalogs
          {{- toYaml $root.Values.catalogs.volume | nindent 10 }}
{{- end }}
