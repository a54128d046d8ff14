// Written by scripts/generate.mjs from the files beside it: a new rule is a new file and `npm run generate`.
import { allMasked } from './allMasked.ts';
import { architecture } from './architecture.ts';
import { attentionLearnsSlowly } from './attentionLearnsSlowly.ts';
import { badPattern } from './badPattern.ts';
import { basePunishesFormat } from './basePunishesFormat.ts';
import { batchLargerThanData } from './batchLargerThanData.ts';
import { bestWithoutEvaluation } from './bestWithoutEvaluation.ts';
import { bestWithoutMeasure } from './bestWithoutMeasure.ts';
import { beyondLastLayer } from './beyondLastLayer.ts';
import { beyondPositions } from './beyondPositions.ts';
import { checkpointNever } from './checkpointNever.ts';
import { checkpointingNotNeeded } from './checkpointingNotNeeded.ts';
import { checkpoints } from './checkpoints.ts';
import { compileShortRun } from './compileShortRun.ts';
import { contradictingRows } from './contradictingRows.ts';
import { distillControl } from './distillControl.ts';
import { duplicateKey } from './duplicateKey.ts';
import { duplicateProbeSet } from './duplicateProbeSet.ts';
import { duplicateRows } from './duplicateRows.ts';
import { eightBitSavesLittle } from './eightBitSavesLittle.ts';
import { eightBitWithoutCuda } from './eightBitWithoutCuda.ts';
import { embeddingsOrHead } from './embeddingsOrHead.ts';
import { emptyCompletion } from './emptyCompletion.ts';
import { emptyData } from './emptyData.ts';
import { emptyFreeze } from './emptyFreeze.ts';
import { emptyValue } from './emptyValue.ts';
import { evalFileUnused } from './evalFileUnused.ts';
import { evalInTraining } from './evalInTraining.ts';
import { evaluationNever } from './evaluationNever.ts';
import { everythingMoves } from './everythingMoves.ts';
import { fewFacts } from './fewFacts.ts';
import { fewKnown } from './fewKnown.ts';
import { fewSteps } from './fewSteps.ts';
import { fileListedTwice } from './fileListedTwice.ts';
import { filesShareRows } from './filesShareRows.ts';
import { frequentEvaluation } from './frequentEvaluation.ts';
import { full } from './full.ts';
import { fusedTensor } from './fusedTensor.ts';
import { highLearningRate } from './highLearningRate.ts';
import { highRank } from './highRank.ts';
import { highTemperature } from './highTemperature.ts';
import { hubModel } from './hubModel.ts';
import { ignoredSetting } from './ignoredSetting.ts';
import { labelsCannotWin } from './labelsCannotWin.ts';
import { localAddress } from './localAddress.ts';
import { loggingNever } from './loggingNever.ts';
import { loraWithFreeze } from './loraWithFreeze.ts';
import { lowLearningRate } from './lowLearningRate.ts';
import { majorityAnswer } from './majorityAnswer.ts';
import { manyEpochs } from './manyEpochs.ts';
import { maskedRows } from './maskedRows.ts';
import { maxForgetting } from './maxForgetting.ts';
import { missingFile } from './missingFile.ts';
import { missingKey } from './missingKey.ts';
import { mixedKinds } from './mixedKinds.ts';
import { moreProcessesThanGpus } from './moreProcessesThanGpus.ts';
import { mostlyNew } from './mostlyNew.ts';
import { newFactsUnprotected } from './newFactsUnprotected.ts';
import { noBfloat } from './noBfloat.ts';
import { noChatTemplate } from './noChatTemplate.ts';
import { noEndToken } from './noEndToken.ts';
import { noGpu } from './noGpu.ts';
import { noMatch } from './noMatch.ts';
import { noQuestions } from './noQuestions.ts';
import { noReadableRow } from './noReadableRow.ts';
import { noSuchModule } from './noSuchModule.ts';
import { noTokenizer } from './noTokenizer.ts';
import { noWeights } from './noWeights.ts';
import { noWordableRow } from './noWordableRow.ts';
import { nodeRank } from './nodeRank.ts';
import { none } from './none.ts';
import { notCounted } from './notCounted.ts';
import { notLinear } from './notLinear.ts';
import { nothingDistilled } from './nothingDistilled.ts';
import { nothingKnown } from './nothingKnown.ts';
import { nothingNew } from './nothingNew.ts';
import { nothingTrainable } from './nothingTrainable.ts';
import { oneProcess } from './oneProcess.ts';
import { onePrompt } from './onePrompt.ts';
import { otherTrainer } from './otherTrainer.ts';
import { otherWeights } from './otherWeights.ts';
import { ownCode } from './ownCode.ts';
import { partOfAnEpoch } from './partOfAnEpoch.ts';
import { pastPositionTable } from './pastPositionTable.ts';
import { probesInTraining } from './probesInTraining.ts';
import { probesOfSeveralTurns } from './probesOfSeveralTurns.ts';
import { processesWithoutGpu } from './processesWithoutGpu.ts';
import { randomBase } from './randomBase.ts';
import { randomModel } from './randomModel.ts';
import { randomTeacher } from './randomTeacher.ts';
import { randomWeights } from './randomWeights.ts';
import { remoteCode } from './remoteCode.ts';
import { reservedKey } from './reservedKey.ts';
import { sameWording } from './sameWording.ts';
import { scale } from './scale.ts';
import { slowBfloat } from './slowBfloat.ts';
import { snapshotLearnsNewFacts } from './snapshotLearnsNewFacts.ts';
import { snapshotLongerThanRun } from './snapshotLongerThanRun.ts';
import { stopWithoutEvaluation } from './stopWithoutEvaluation.ts';
import { syntax } from './syntax.ts';
import { teacherIsModel } from './teacherIsModel.ts';
import { teacherUnusable } from './teacherUnusable.ts';
import { teacherVocabulary } from './teacherVocabulary.ts';
import { tiedHead } from './tiedHead.ts';
import { tight } from './tight.ts';
import { tooLarge } from './tooLarge.ts';
import { tooLargeData } from './tooLargeData.ts';
import { tooLargeForTfjs } from './tooLargeForTfjs.ts';
import { torchMissing } from './torchMissing.ts';
import { torchOnly } from './torchOnly.ts';
import { trailingBlank } from './trailingBlank.ts';
import { truncatedRows } from './truncatedRows.ts';
import { unknownKey } from './unknownKey.ts';
import { unmatchedModule } from './unmatchedModule.ts';
import { unreadableConfig } from './unreadableConfig.ts';
import { unreadableRows } from './unreadableRows.ts';
import { unreadableTokenizer } from './unreadableTokenizer.ts';
import { unusedTemplate } from './unusedTemplate.ts';
import { unwordableRows } from './unwordableRows.ts';
import { upperLayers } from './upperLayers.ts';
import { uselessIgnore } from './uselessIgnore.ts';
import { uselessMask } from './uselessMask.ts';
import { vocabularyMismatch } from './vocabularyMismatch.ts';
import { warmupIgnored } from './warmupIgnored.ts';
import { warmupMissing } from './warmupMissing.ts';
import { warmupTooLong } from './warmupTooLong.ts';
import { wasmCeiling } from './wasmCeiling.ts';
import { weightTooLarge } from './weightTooLarge.ts';
import { weightTooSmall } from './weightTooSmall.ts';
import { weightsAsShares } from './weightsAsShares.ts';
import { withoutEffect } from './withoutEffect.ts';
import { withoutQuestions } from './withoutQuestions.ts';
import { wrongConfigEncoding } from './wrongConfigEncoding.ts';
import { wrongEncoding } from './wrongEncoding.ts';
import { wrongFormat } from './wrongFormat.ts';
import { wrongValue } from './wrongValue.ts';
import type { Rule } from './rule.ts';

/** Everything a config is checked for. */
export const RULES: readonly Rule[] = [
  allMasked,
  architecture,
  attentionLearnsSlowly,
  badPattern,
  basePunishesFormat,
  batchLargerThanData,
  bestWithoutEvaluation,
  bestWithoutMeasure,
  beyondLastLayer,
  beyondPositions,
  checkpointNever,
  checkpointingNotNeeded,
  checkpoints,
  compileShortRun,
  contradictingRows,
  distillControl,
  duplicateKey,
  duplicateProbeSet,
  duplicateRows,
  eightBitSavesLittle,
  eightBitWithoutCuda,
  embeddingsOrHead,
  emptyCompletion,
  emptyData,
  emptyFreeze,
  emptyValue,
  evalFileUnused,
  evalInTraining,
  evaluationNever,
  everythingMoves,
  fewFacts,
  fewKnown,
  fewSteps,
  fileListedTwice,
  filesShareRows,
  frequentEvaluation,
  full,
  fusedTensor,
  highLearningRate,
  highRank,
  highTemperature,
  hubModel,
  ignoredSetting,
  labelsCannotWin,
  localAddress,
  loggingNever,
  loraWithFreeze,
  lowLearningRate,
  majorityAnswer,
  manyEpochs,
  maskedRows,
  maxForgetting,
  missingFile,
  missingKey,
  mixedKinds,
  moreProcessesThanGpus,
  mostlyNew,
  newFactsUnprotected,
  noBfloat,
  noChatTemplate,
  noEndToken,
  noGpu,
  noMatch,
  noQuestions,
  noReadableRow,
  noSuchModule,
  noTokenizer,
  noWeights,
  noWordableRow,
  nodeRank,
  none,
  notCounted,
  notLinear,
  nothingDistilled,
  nothingKnown,
  nothingNew,
  nothingTrainable,
  oneProcess,
  onePrompt,
  otherTrainer,
  otherWeights,
  ownCode,
  partOfAnEpoch,
  pastPositionTable,
  probesInTraining,
  probesOfSeveralTurns,
  processesWithoutGpu,
  randomBase,
  randomModel,
  randomTeacher,
  randomWeights,
  remoteCode,
  reservedKey,
  sameWording,
  scale,
  slowBfloat,
  snapshotLearnsNewFacts,
  snapshotLongerThanRun,
  stopWithoutEvaluation,
  syntax,
  teacherIsModel,
  teacherUnusable,
  teacherVocabulary,
  tiedHead,
  tight,
  tooLarge,
  tooLargeData,
  tooLargeForTfjs,
  torchMissing,
  torchOnly,
  trailingBlank,
  truncatedRows,
  unknownKey,
  unmatchedModule,
  unreadableConfig,
  unreadableRows,
  unreadableTokenizer,
  unusedTemplate,
  unwordableRows,
  upperLayers,
  uselessIgnore,
  uselessMask,
  vocabularyMismatch,
  warmupIgnored,
  warmupMissing,
  warmupTooLong,
  wasmCeiling,
  weightTooLarge,
  weightTooSmall,
  weightsAsShares,
  withoutEffect,
  withoutQuestions,
  wrongConfigEncoding,
  wrongEncoding,
  wrongFormat,
  wrongValue,
];
